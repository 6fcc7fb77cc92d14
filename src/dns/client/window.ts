/**
 * How many attempts may be under way to one resolver: as few as give nearly its best throughput, and
 * no more than it bears. Pure: it is told the time, and what was sent and came back.
 *
 * A resolver that is pressed drops silently, and so does one whose socket buffer is full; both look
 * like dead names, of which every list has some at any rate. So a share of failures by itself decides
 * nothing. Sizes are tried against each other:
 *
 * - *climb*: from half the start size, by half an octave a step, while throughput rises with it. A
 *   resolver that drops, or lets wait, answers no more at a larger size and is left with the smaller.
 * - *hold*: now and then a larger size is tried for a period (*up*, then *back* to compare), or half
 *   of it (*down*). Trials that bring nothing become rarer.
 * - *up* is kept when more was answered at it, and no more failed.
 * - *down* begins at once when more fails than did at small sizes (the baseline). Where less fails at
 *   half the size, the failures were ours and the window shrinks. Where not, they are the list's, and
 *   their share is the new baseline. It also ends sizes that answer no more than half of them did.
 *
 * Nothing is concluded while questions are too few to fill the window, or while nothing is answered:
 * that is a tail of dead names, or a resolver that is gone, and a window that waits is slow enough.
 *
 * A little over 300 lines, a third of them on why it decides so.
 */
import type { Measured } from './period.ts';
import { Throughput } from './throughput.ts';
import { Baseline, failsMore, Tally } from './trial.ts';
import { TrialSchedule } from './trial-schedule.ts';
import { WindowGauge } from './window-gauge.ts';
import { type SizeLimits, WindowSizes } from './window-sizes.ts';

export interface WindowOptions extends SizeLimits {
  /** Time of one attempt. */
  readonly timeoutMs: number;
}

/** A window of which less is used, though questions wait, is not what limits them. */
const USED_SHARE = 0.8;

/** Of the throughput that a step could bring, what makes it clear that the next is worth it too. */
const CLEAR_GAIN = 0.4;
/** What a climb must have brought with its last step, or it goes back. */
const LEAST_STEP_GAIN = 0.06;
/** Half the size is as good when it answers this much. */
const NEARLY_ALL = 0.97;
/** A larger size must answer more so often in a row. */
const WINS = 2;

/** Attempts that make the first baseline, and the longest it takes to have them. */
const FIRST_ENDED = 512;
const MAX_FIRST_MS = 2000;
/** The same of a trial of half the size. */
const DOWN_ENDED = 1024;
const MAX_DOWN_MS = 5000;
/** From here on the list, or its resolver, has dead names. */
const DEAD_SHARE = 0.002;
/** A share of failures that is looked into though it was there from the start. */
const HIGH_SHARE = 0.1;
/**
 * Where much fails, half the size is better if it answers this much of what all of it did, unless
 * both is little beside the best of late: then it is names that are dead.
 */
const SAME_SHARE = 0.9;

type Phase = 'climb' | 'hold' | 'up' | 'back' | 'down';

export class AdaptiveWindow {
  readonly gauge: WindowGauge;
  readonly #sizes: WindowSizes;
  readonly #timeoutMs: number;
  readonly #schedule = new TrialSchedule();
  readonly #throughput = new Throughput();

  #phase: Phase = 'climb';
  #phaseFromMs: number;
  /** The size to return to from a trial. */
  #held: Tally;
  #tried: Tally;
  readonly #baseline: Baseline;
  #wins = 0;
  #isSuspicious = false;
  #isDrained = false;

  constructor(options: WindowOptions, nowMs: number) {
    const { timeoutMs } = options;
    this.#sizes = new WindowSizes(options);
    this.#timeoutMs = timeoutMs;
    this.#phaseFromMs = nowMs;
    this.#held = new Tally(this.#sizes.first);
    this.#tried = this.#held;
    this.#baseline = new Baseline(this.#held);
    this.gauge = new WindowGauge(this.#held, timeoutMs, nowMs);
  }

  /** To be called every few milliseconds while there are questions. Does something once a period. */
  evaluate(nowMs: number): void {
    if (this.#tried.isCollapsing(this.#baseline.failedShare)) this.#abort(nowMs);
    const measured = this.gauge.read(nowMs);
    if (measured === undefined) return;
    if (!measured.isLimited || measured.throughput === 0) this.#rest(nowMs);
    else if (measured.peak < this.gauge.size * USED_SHARE) this.#fit(nowMs, measured);
    else this.#judge(nowMs, measured.throughput);
  }

  #abort(nowMs: number): void {
    if (this.#phase === 'up') this.#failUp(nowMs);
    else if (this.#phase === 'climb' && this.#tried !== this.#held) {
      this.#endClimb(nowMs, this.#held, this.#throughput.held, true);
    }
  }

  #rest(nowMs: number): void {
    if (this.#phase !== 'climb') this.#hold(nowMs, this.#held);
  }

  /** The limit over all resolvers holds, not this window: it comes down to what is used of it. */
  #fit(nowMs: number, { throughput, peak }: Measured): void {
    this.#throughput.held = throughput;
    this.#hold(nowMs, new Tally(Math.max(this.#sizes.least, peak)));
  }

  #enter(phase: Phase, nowMs: number): void {
    this.#phase = phase;
    this.#phaseFromMs = nowMs;
  }

  #try(phase: Phase, size: number, nowMs: number): void {
    this.#enter(phase, nowMs);
    this.#throughput.tried = Number.POSITIVE_INFINITY;
    this.#tried = new Tally(size);
    this.gauge.turnTo(this.#tried, nowMs);
  }

  #hold(nowMs: number, tally: Tally): void {
    this.#enter('hold', nowMs);
    this.#held = tally;
    if (this.gauge.trial.tally !== tally) this.gauge.turnTo(tally, nowMs);
  }

  #judge(nowMs: number, throughput: number): void {
    this.#throughput.note(throughput);
    switch (this.#phase) {
      case 'climb':
        if (this.#tried === this.#held) this.#beginClimb(nowMs, throughput);
        else this.#climb(nowMs, throughput);
        break;
      case 'hold':
        this.#stay(nowMs, throughput);
        break;
      case 'up':
        this.#throughput.tried = throughput;
        this.#enter('back', nowMs);
        this.gauge.turnTo(this.#held, nowMs);
        break;
      case 'back':
        this.#judgeUp(nowMs, throughput);
        break;
      case 'down':
        this.#judgeDown(nowMs, throughput);
        break;
    }
  }

  /** Before the first step the size held is that which is tried. */
  #beginClimb(nowMs: number, throughput: number): void {
    const isKnown = this.#tried.ended >= FIRST_ENDED || nowMs - this.#phaseFromMs >= MAX_FIRST_MS;
    if (isKnown) this.#step(nowMs, throughput);
  }

  /** The size held is the one before the last step. */
  #climb(nowMs: number, measured: number): void {
    const elapsedMs = nowMs - this.#phaseFromMs;
    // The least of the periods: one lucky period must not lead on into a buffer that is full.
    this.#throughput.tried = Math.min(this.#throughput.tried, measured);
    const throughput = this.#throughput.tried;
    const isWorse = this.#baseline.isExceeded(this.#tried);
    if (elapsedMs < this.gauge.settlingMs && !isWorse) return;
    const { size } = this.#tried;
    const gain = this.#throughput.gainOf(throughput);
    // Beyond the start size leads only what was compared both ways: at first all grows warm and faster.
    const isClear = gain >= CLEAR_GAIN * (size / this.#held.size - 1);
    const isOnward = size < this.#sizes.start || (size > this.#sizes.start && isClear);
    if (!isWorse && isOnward && !this.#schedule.isNearCeiling(size, nowMs)) {
      // Dead names pile up in a recursor for as long as it tries: it bears at first what it will not.
      const isPiling = size > this.#sizes.start && this.#baseline.failedShare > DEAD_SHARE;
      if (!isPiling || elapsedMs >= this.#timeoutMs) this.#step(nowMs, measured);
    } else if (!isWorse && (size <= this.#sizes.start || gain > LEAST_STEP_GAIN)) {
      this.#endClimb(nowMs, this.#tried, measured, !isClear);
    } else {
      this.#endClimb(nowMs, this.#held, this.#throughput.held, true);
    }
  }

  #step(nowMs: number, throughput: number): void {
    const { size } = this.#tried;
    if (size >= this.#sizes.most) {
      this.#endClimb(nowMs, this.#tried, throughput, false);
      return;
    }
    this.#held = this.#tried;
    this.#throughput.held = throughput;
    this.#try('climb', this.#sizes.climb(size), nowMs);
  }

  #endClimb(nowMs: number, held: Tally, throughput: number, isFlat: boolean): void {
    this.#throughput.held = throughput;
    this.#schedule.climbed(nowMs, isFlat, held.failedShare > HIGH_SHARE);
    this.#hold(nowMs, held);
  }

  #stay(nowMs: number, throughput: number): void {
    this.#throughput.noteHeld(throughput);
    this.#baseline.lower(this.#held);
    if (this.#throughput.hasRisen) {
      this.#throughput.mark();
      this.#schedule.upSoon(nowMs);
    }
    const { size } = this.#held;
    this.#isSuspicious = this.#baseline.isExceeded(this.#held);
    if (size > this.#sizes.least && (this.#isSuspicious || this.#schedule.isDownDue(nowMs))) {
      this.#isDrained = false;
      this.#try('down', this.#sizes.half(size), nowMs);
    } else if (size < this.#sizes.most && this.#schedule.isUpDue(nowMs)) {
      this.#try('up', this.#sizes.up(size), nowMs);
    }
  }

  #judgeUp(nowMs: number, throughput: number): void {
    if (nowMs - this.#phaseFromMs < this.gauge.settlingMs) return;
    const gain = this.#throughput.gainOfTried(throughput);
    this.#throughput.noteHeld(throughput);
    const { size, isTelling } = this.#tried;
    const isFree = size <= this.#sizes.start && isTelling;
    const isGain = this.#throughput.isGain(gain);
    const isClear = isGain && gain >= CLEAR_GAIN * (size / this.#held.size - 1);
    if (failsMore(this.#tried, this.#held) || !(isGain || isFree)) {
      this.#failUp(nowMs);
      return;
    }
    this.#wins++;
    if (isFree || this.#wins >= WINS) {
      this.#keepUp(nowMs, isClear);
    } else {
      this.#schedule.upSoon(nowMs);
      this.#hold(nowMs, this.#held);
    }
  }

  #failUp(nowMs: number): void {
    this.#wins = 0;
    this.#schedule.upFailed(nowMs);
    this.#throughput.mark();
    this.#hold(nowMs, this.#held);
  }

  #keepUp(nowMs: number, isClear: boolean): void {
    const { size } = this.#tried;
    this.#wins = 0;
    this.#schedule.upKept(nowMs, size);
    if (isClear && !this.#schedule.isNearCeiling(size, nowMs)) {
      // As the first step of a climb from the size held.
      this.#enter('climb', nowMs);
      this.#throughput.tried = Number.POSITIVE_INFINITY;
      this.gauge.turnTo(this.#tried, nowMs);
    } else {
      this.#hold(nowMs, this.#tried);
    }
  }

  #judgeDown(nowMs: number, throughput: number): void {
    const half = this.#tried;
    if (failsMore(this.#held, half)) {
      this.#shrink(nowMs, throughput);
      return;
    }
    const drainMs = this.#isSuspicious ? this.#timeoutMs : this.gauge.settlingMs;
    const elapsedMs = nowMs - this.#phaseFromMs;
    if (!this.#isDrained) {
      // What the resolver has waiting from before still shows here.
      if (elapsedMs < drainMs) return;
      this.#isDrained = true;
      this.#tried = new Tally(half.size);
      this.gauge.turnTo(this.#tried, nowMs);
      return;
    }
    if (half.ended < DOWN_ENDED && elapsedMs < drainMs + MAX_DOWN_MS) return;
    const share = 1 + this.#throughput.gainOf(throughput);
    const isFailing = this.#baseline.isExceeded(half) || half.failedShare > HIGH_SHARE;
    const isBusy = this.#throughput.isBusy(throughput);
    if (isFailing && isBusy && share > SAME_SHARE) this.#shrink(nowMs, throughput);
    else this.#acquit(nowMs, throughput, share);
  }

  /** The failures are the list's. */
  #acquit(nowMs: number, throughput: number, share: number): void {
    const half = this.#tried;
    this.#baseline.note(half);
    this.#schedule.downBroughtNothing(nowMs);
    if (share >= NEARLY_ALL && this.#held.size > this.#sizes.start) {
      this.#throughput.held = throughput;
      this.#hold(nowMs, half.size >= this.#sizes.start ? half : new Tally(this.#sizes.start));
    } else {
      this.#hold(nowMs, this.#held);
    }
  }

  /** The failures are ours: to half where that fails too, else a cut, since half is borne. */
  #shrink(nowMs: number, throughput: number): void {
    const half = this.#tried;
    const isStillWorse = this.#baseline.isExceeded(half) || half.failedShare > HIGH_SHARE;
    if (!isStillWorse) this.#baseline.note(half);
    this.#wins = 0;
    this.#schedule.overloaded(nowMs, this.#held.size, isStillWorse);
    this.#throughput.held = isStillWorse ? throughput : 0;
    this.#hold(nowMs, isStillWorse ? half : new Tally(this.#sizes.cut(this.#held.size)));
  }
}
