/**
 * How the engine works: queue, window, rate, attempts, their time-outs and ends. What it promises
 * stands in `engine.ts`; sockets and ids are the transport's.
 *
 * The path of a question that is answered at once allocates its record and its outcome and nothing
 * else: no promise, no timer, no closure.
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
import type { Done, Lookup, Outcome } from './lookup.ts';
import { type Failure, OpenQuestion, QuestionList } from './open-question.ts';
import { TokenBucket } from './rate.ts';
import { formatResolver, type ResolverAddress } from './resolvers.ts';
import { TcpClient } from './tcp.ts';
import { askOverTcp } from './tcp-question.ts';
import type { Transport } from './transport.ts';

/** How late a time-out may be noticed. One timer for all questions, none while there are none. */
const TICK_MS = 20;

const failed = (status: FailureReason): Failure => ({ status, extendedError: undefined });

/** What a response comes to that has no answer in it. */
const DECODED_FAILURES = {
  malformed: 'malformed',
  truncated: 'truncated',
  not_understood: 'other_rcode',
} as const satisfies Partial<Record<Decoded & string, FailureReason>>;

export class DnsEngine implements Lookup {
  readonly counters = newCounters();
  readonly #resolvers: readonly ResolverAddress[];
  readonly #labels: readonly string[];
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #window: number;
  readonly #ednsSize: number;
  readonly #transport: Transport;
  readonly #tcp: TcpClient;
  readonly #bucket: TokenBucket;
  readonly #queue = new QuestionList();
  /** Attempts over UDP, first to expire first: all have the same time. */
  readonly #sent = new QuestionList();
  /** Exchanges over TCP; they end by themselves, at the latest at their question's deadline. */
  readonly #overTcp = new Set<Promise<void>>();
  readonly #nameScratch = new Uint8Array(MAX_NAME_OCTETS);
  #nextResolver = 0;
  /** No deadline of a question in queue or under way is before it. */
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isPumpDue = false;
  #tickedAtMs = 0;
  #wasTickLate = false;
  #isClosed = false;

  constructor(options: EngineOptions) {
    const { resolvers, ednsSize = DEFAULT_EDNS_SIZE } = options;
    const { socketsPerResolver = DEFAULT_SOCKETS_PER_RESOLVER } = options;
    this.#resolvers = resolvers;
    this.#labels = resolvers.map(formatResolver);
    this.#timeoutMs = options.timeoutMs;
    this.#attempts = options.attempts;
    this.#window = options.window;
    this.#ednsSize = ednsSize;
    this.#bucket = new TokenBucket(options.rate ?? 0, performance.now());
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
    return this.#sent.size + this.#overTcp.size;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get isIdle(): boolean {
    return this.inFlight + this.queued === 0;
  }

  get hasRoom(): boolean {
    return this.inFlight + this.queued < this.#window;
  }

  get transportName(): string {
    return this.#transport.name;
  }

  ask(question: Question, deadlineAtMs: number, done: Done): Outcome | undefined {
    this.counters.questions++;
    if (this.#isClosed || deadlineAtMs <= performance.now()) return this.#unasked('over_budget');
    if (encodeName(this.#nameScratch, 0, question.qname) < 0) return this.#unasked('malformed');
    this.#enqueue(new OpenQuestion(question, deadlineAtMs, done), false);
    if (this.#timer === undefined) this.#startTimer();
    return undefined;
  }

  #unasked(reason: FailureReason): Outcome {
    if (reason === 'over_budget') this.counters.overBudget++;
    const answer = failed(reason);
    return { answer, attempts: 0, isCached: false, isInferred: false, resolver: undefined };
  }

  #enqueue(question: OpenQuestion, isFirst: boolean): void {
    if (question.deadlineAtMs < this.#earliestDeadlineMs) {
      this.#earliestDeadlineMs = question.deadlineAtMs;
    }
    if (isFirst) this.#queue.unshift(question);
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

  /** Sends from the queue what window and rate let through. */
  readonly #pump = (): void => {
    this.#isPumpDue = false;
    let question = this.#queue.first;
    if (question === undefined || this.inFlight >= this.#window) return;
    const nowMs = performance.now();
    while (question !== undefined && this.inFlight < this.#window && this.#bucket.take(nowMs)) {
      this.#queue.remove(question);
      this.#send(question, nowMs);
      question = this.#queue.first;
    }
  };

  #send(question: OpenQuestion, nowMs: number): void {
    if (nowMs >= question.deadlineAtMs) {
      this.#end(question, question.failure ?? failed('over_budget'));
      return;
    }
    if (question.isPlainRepeat) {
      question.isPlainRepeat = false;
      question.hasEdns = false;
    } else {
      this.#beginTry(question);
    }
    if (!this.#transport.send(question)) {
      this.#fail(question, failed('network'));
      return;
    }
    question.expiresAtMs = nowMs + this.#timeoutMs;
    this.#sent.push(question);
    question.queries++;
    this.counters.queries++;
  }

  /** The first try takes the next resolver in turn, a later one the resolver after the last. */
  #beginTry(question: OpenQuestion): void {
    const count = this.#resolvers.length;
    if (question.tries++ === 0) {
      question.resolver = this.#nextResolver;
      this.#nextResolver = (this.#nextResolver + 1) % count;
    } else {
      question.resolver = (question.resolver + 1) % count;
      this.counters.retries++;
    }
    question.hasEdns = this.#ednsSize > 0;
  }

  #onResponse(question: OpenQuestion, decoded: Exclude<Decoded, 'mismatch'>): void {
    this.#sent.remove(question);
    if (decoded === 'truncated') this.#askOverTcp(question);
    else this.#settle(question, decoded);
    this.#pumpSoon();
  }

  #onNetworkError(question: OpenQuestion): void {
    this.#sent.remove(question);
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
      this.#enqueue(question, true);
    } else {
      this.#fail(question, failed(DECODED_FAILURES[decoded]));
    }
  }

  /** The attempt failed: another one where one is left, else the end. */
  #fail(question: OpenQuestion, failure: Failure): void {
    this.counters[FAILURE_COUNTERS[failure.status]]++;
    question.failure = failure;
    if (question.tries < this.#attempts && !this.#isClosed) this.#enqueue(question, true);
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
      resolver: this.#labels[question.resolver],
    });
  }

  /** The same question to the same resolver, as part of the same attempt (RFC 7766 §5). */
  #askOverTcp(question: OpenQuestion): void {
    question.queries++;
    this.counters.queries++;
    this.counters.tcpQueries++;
    this.#bucket.borrow();
    const resolver = this.#resolvers[question.resolver] as ResolverAddress;
    const ednsSize = question.hasEdns ? this.#ednsSize : 0;
    const endsAtMs = Math.min(performance.now() + this.#timeoutMs, question.deadlineAtMs);
    const asking = askOverTcp(this.#tcp, resolver, question, ednsSize, endsAtMs);
    const exchange: Promise<void> = asking.then((decoded) => {
      this.#overTcp.delete(exchange);
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

  #startTimer(): void {
    this.#tickedAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * A late tick means that the event loop stood still: answers may wait in the sockets, so nothing
   * expires before they had a turn. Only once in a row, or a loop that is always late would never
   * give up anything.
   */
  #tick(): void {
    const nowMs = performance.now();
    this.#wasTickLate = !this.#wasTickLate && nowMs - this.#tickedAtMs > 2 * TICK_MS;
    this.#tickedAtMs = nowMs;
    if (!this.#wasTickLate) {
      this.#expireAttempts(nowMs);
      if (nowMs >= this.#earliestDeadlineMs) this.#endOverdue(nowMs);
    }
    this.#pump();
    if (this.isIdle) this.#stopTimer();
  }

  #expireAttempts(nowMs: number): void {
    for (
      let question = this.#sent.first;
      question !== undefined && question.expiresAtMs <= nowMs;
      question = this.#sent.first
    ) {
      this.#sent.remove(question);
      this.#transport.forget(question);
      this.#fail(question, failed('timeout'));
    }
  }

  /** Ends the questions whose deadline has come. A cut attempt is no time-out of the resolver's. */
  #endOverdue(nowMs: number): void {
    const waiting: OpenQuestion[] = [];
    const cut: OpenQuestion[] = [];
    this.#earliestDeadlineMs = Math.min(
      this.#queue.takeOverdue(nowMs, waiting),
      this.#sent.takeOverdue(nowMs, cut),
    );
    for (const question of waiting) this.#end(question, question.failure ?? failed('over_budget'));
    for (const question of cut) {
      this.#transport.forget(question);
      this.#end(question, failed('over_budget'));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    this.#endOverdue(Number.POSITIVE_INFINITY);
    this.#tcp.close();
    await Promise.all([...this.#overTcp, this.#transport.close()]);
  }
}
