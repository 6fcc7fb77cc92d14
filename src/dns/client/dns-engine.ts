/**
 * How the engine works: queue, rate, attempts, their time-outs and ends. What it promises stands in
 * `engine.ts`; sockets and ids are the transport's, windows and turns those of `lanes.ts`.
 *
 * The path of a question that is answered at once allocates its record and its outcome and nothing
 * else: no promise, no timer, no closure.
 *
 * A little over 300 lines: the ways in which a question ends are one machine over one queue; what could
 * stand by itself does (lanes, windows, queue, TCP, EDNS).
 */
import type { Answer, FailureReason, Question } from '../talk.ts';
import type { Decoded } from '../wire/message.ts';
import { encodeName, MAX_NAME_OCTETS } from '../wire/name.ts';
import { openDgramTransport } from './dgram-transport.ts';
import {
  DEFAULT_EDNS_SIZE,
  DEFAULT_SOCKETS_PER_RESOLVER,
  DEFAULT_TCP_CONNECTIONS,
  type EngineOptions,
  FAILURE_COUNTERS,
  newCounters,
} from './engine-options.ts';
import { DECODED_FAILURES, failed, refusalOf } from './failure.ts';
import type { Lane, ResolverCounters } from './lane.ts';
import { Lanes, NO_ROOM, WAITS } from './lanes.ts';
import type { Done, Lookup, Outcome } from './lookup.ts';
import { type Failure, OpenQuestion } from './open-question.ts';
import { QuestionQueue } from './question-queue.ts';
import { TokenBucket } from './rate.ts';
import type { ResolverAddress } from './resolvers.ts';
import { TcpClient } from './tcp.ts';
import { askOverTcp } from './tcp-question.ts';
import { TICK_MS, Ticker } from './ticker.ts';
import type { Transport } from './transport.ts';

export class DnsEngine implements Lookup {
  readonly counters = newCounters();
  readonly #resolvers: readonly ResolverAddress[];
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #ednsSize: number;
  readonly #transport: Transport;
  readonly #tcp: TcpClient;
  readonly #bucket: TokenBucket;
  readonly #queue = new QuestionQueue();
  readonly #lanes: Lanes;
  readonly #ticker = new Ticker((nowMs, isLate) => this.#tick(nowMs, isLate));
  /** Exchanges over TCP; they end by themselves, at the latest at their question's deadline. */
  readonly #overTcp = new Set<Promise<void>>();
  readonly #nameScratch = new Uint8Array(MAX_NAME_OCTETS);
  /** No deadline of a question in queue or under way is before it. */
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;
  #isPumpDue = false;
  #isClosed = false;

  constructor(options: EngineOptions) {
    const { resolvers, ednsSize = DEFAULT_EDNS_SIZE } = options;
    const { socketsPerResolver = DEFAULT_SOCKETS_PER_RESOLVER } = options;
    this.#resolvers = resolvers;
    this.#timeoutMs = options.timeoutMs;
    this.#attempts = options.attempts;
    const nowMs = performance.now();
    this.#lanes = new Lanes(options, nowMs);
    this.#ednsSize = ednsSize;
    this.#bucket = new TokenBucket(options.rate ?? 0, nowMs);
    this.#tcp = new TcpClient(options.tcpConnections ?? DEFAULT_TCP_CONNECTIONS);
    const openTransport = options.openTransport ?? openDgramTransport;
    this.#transport = openTransport(
      { resolvers, ednsSize, socketsPerResolver },
      {
        // What a transport gives back is what it was given: it makes no exchange of its own.
        onResponse: (exchange, decoded) => this.#onResponse(exchange as OpenQuestion, decoded),
        onNetworkError: (exchange) => this.#onNetworkError(exchange as OpenQuestion),
        onStray: () => {
          this.counters.strays++;
        },
      },
    );
  }

  get inFlight(): number {
    return this.#lanes.underWay;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get isIdle(): boolean {
    return this.inFlight + this.queued === 0;
  }

  get hasRoom(): boolean {
    return this.queued < this.#lanes.room;
  }

  get resolvers(): readonly ResolverCounters[] {
    return this.#lanes.all;
  }

  get transportName(): string {
    return this.#transport.name;
  }

  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    this.counters.questions++;
    if (this.#isClosed || deadlineAtMs <= performance.now()) return this.#unasked('over_budget');
    if (encodeName(this.#nameScratch, 0, question.qname) < 0) return this.#unasked('malformed');
    this.#enqueue(new OpenQuestion(question, deadlineAtMs, done));
    this.#ticker.start();
    return undefined;
  }

  #unasked(reason: FailureReason): Outcome {
    if (reason === 'over_budget') this.counters.overBudget++;
    const answer = failed(reason);
    return { answer, attempts: 0, isCached: false, isInferred: false, resolver: undefined };
  }

  #enqueue(question: OpenQuestion): void {
    if (question.deadlineAtMs < this.#earliestDeadlineMs) {
      this.#earliestDeadlineMs = question.deadlineAtMs;
    }
    if (question.isPlainRepeat) this.#queue.unshift(question);
    else this.#queue.push(question);
    this.#pumpSoon();
  }

  /**
   * Sending waits until the answers that are there have been read: a burst wakes a resolver on the
   * same host once, where a query for each answer would wake it each time (2 to 5 µs a query).
   */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(this.#pump);
  }

  /** Sends from the queue what windows and rate let through. */
  readonly #pump = (): void => {
    this.#isPumpDue = false;
    let question = this.#queue.first;
    if (question === undefined) {
      this.#lanes.pumped(false);
      return;
    }
    const nowMs = performance.now();
    let isFull = false;
    while (question !== undefined) {
      let resolver = this.#lanes.pick(question);
      if (resolver === WAITS) {
        // It holds up its like, but no new question.
        question = this.#queue.firstFresh;
        resolver = question === undefined ? NO_ROOM : this.#lanes.pick(question);
      }
      isFull = resolver < 0;
      if (isFull || question === undefined || !this.#bucket.take(nowMs)) break;
      this.#queue.remove(question);
      this.#send(question, resolver, nowMs);
      question = this.#queue.first;
    }
    this.#lanes.pumped(isFull);
    this.#transport.flush();
  };

  #send(question: OpenQuestion, resolver: number, nowMs: number): void {
    if (nowMs >= question.deadlineAtMs) {
      this.#end(question, question.failure ?? failed('over_budget'));
      return;
    }
    if (question.isPlainRepeat) {
      question.isPlainRepeat = false;
      question.hasEdns = false;
    } else {
      this.#beginTry(question, resolver);
    }
    if (!this.#transport.send(question)) {
      this.#lanes.of(question).isSilent = true;
      this.#fail(question, failed('network'));
      return;
    }
    this.#lanes.sent(question, nowMs);
    question.queries++;
    this.counters.queries++;
  }

  #beginTry(question: OpenQuestion, resolver: number): void {
    if (question.tries++ === 0) this.#lanes.pass(resolver);
    else this.counters.retries++;
    question.resolver = resolver;
    const wasSilent = question.failure?.status === 'timeout';
    const { edns } = this.#lanes.of(question);
    question.hasEdns =
      this.#ednsSize > 0 && edns.isWanted(question.tries, this.#attempts, wasSilent);
  }

  #onResponse(question: OpenQuestion, decoded: Exclude<Decoded, 'mismatch'>): void {
    this.#lanes.end(question);
    const lane = this.#lanes.of(question);
    // The first of a batch that is read: a look at the clock for each would cost more than the rest.
    if (!this.#isPumpDue) lane.timed(question, performance.now());
    lane.responded(question, refusalOf(decoded));
    if (decoded === 'truncated') this.#askOverTcp(question);
    else this.#settle(question, decoded);
    this.#pumpSoon();
  }

  #onNetworkError(question: OpenQuestion): void {
    this.#lanes.end(question);
    this.#lanes.of(question).missed(question);
    this.#fail(question, failed('network'));
    this.#pumpSoon();
  }

  /** Ends the attempt by what its response said. */
  #settle(question: OpenQuestion, decoded: Exclude<Decoded, 'mismatch'>): void {
    if (typeof decoded === 'object') {
      if ('extendedError' in decoded) this.#fail(question, decoded);
      else this.#end(question, decoded);
    } else if (decoded === 'not_understood' && question.hasEdns && !this.#isClosed) {
      question.isPlainRepeat = true;
      this.#enqueue(question);
    } else {
      this.#fail(question, failed(DECODED_FAILURES[decoded]));
    }
  }

  /** The attempt failed: another one where one is left, else the end. */
  #fail(question: OpenQuestion, failure: Failure): void {
    this.counters[FAILURE_COUNTERS[failure.status]]++;
    question.failure = failure;
    if (question.tries < this.#attempts && !this.#isClosed) this.#enqueue(question);
    else this.#end(question, failure);
  }

  #end(question: OpenQuestion, answer: Answer): void {
    if (answer.status === 'over_budget') this.counters.overBudget++;
    else if (!('extendedError' in answer)) this.counters.answered++;
    question.done({
      answer,
      attempts: question.queries,
      isCached: false,
      isInferred: false,
      resolver: question.resolver < 0 ? undefined : this.#lanes.of(question).resolver,
    });
  }

  /** The same question to the same resolver, as part of the same attempt (RFC 7766 §5). */
  #askOverTcp(question: OpenQuestion): void {
    question.queries++;
    this.counters.queries++;
    this.counters.tcpQueries++;
    this.#bucket.borrow();
    this.#lanes.countTcp(question, 1);
    const resolver = this.#resolvers[question.resolver] as ResolverAddress;
    const ednsSize = question.hasEdns ? this.#ednsSize : 0;
    const endsAtMs = Math.min(performance.now() + this.#timeoutMs, question.deadlineAtMs);
    const asking = askOverTcp(this.#tcp, resolver, question, ednsSize, endsAtMs);
    const exchange: Promise<void> = asking.then((decoded) => {
      this.#overTcp.delete(exchange);
      this.#lanes.countTcp(question, -1);
      // A timer may fire a little before its time.
      const isOver = question.deadlineAtMs - performance.now() < TICK_MS;
      if (this.#isClosed || (decoded === 'truncated' && isOver)) {
        this.#end(question, failed('over_budget'));
      } else {
        this.#settle(question, decoded);
      }
      this.#pumpSoon();
    });
    this.#overTcp.add(exchange);
  }

  #tick(nowMs: number, isLate: boolean): void {
    if (!isLate) {
      for (const lane of this.#lanes.all) {
        this.#expireAttempts(lane, nowMs);
        lane.tick(nowMs);
      }
      if (nowMs >= this.#earliestDeadlineMs) this.#endOverdue(nowMs);
    }
    this.#pump();
    if (this.isIdle) this.#ticker.stop();
  }

  #expireAttempts(lane: Lane, nowMs: number): void {
    let question = lane.expired(nowMs);
    while (question !== undefined) {
      this.#lanes.end(question);
      lane.timeouts++;
      lane.missed(question);
      this.#transport.forget(question);
      this.#fail(question, failed('timeout'));
      question = lane.expired(nowMs);
    }
  }

  /** Ends the questions whose deadline has come. A cut attempt is no time-out of the resolver's. */
  #endOverdue(nowMs: number): void {
    const waiting: OpenQuestion[] = [];
    const cut: OpenQuestion[] = [];
    this.#earliestDeadlineMs = Math.min(
      this.#queue.takeOverdue(nowMs, waiting),
      this.#lanes.takeOverdue(nowMs, cut),
    );
    for (const question of waiting) this.#end(question, question.failure ?? failed('over_budget'));
    for (const question of cut) {
      this.#transport.forget(question);
      this.#end(question, failed('over_budget'));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticker.stop();
    this.#endOverdue(Number.POSITIVE_INFINITY);
    this.#tcp.close();
    await Promise.all([...this.#overTcp, this.#transport.close()]);
  }
}
