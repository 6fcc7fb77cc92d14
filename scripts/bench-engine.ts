/**
 * A measured client: the engine of `src/dns/client/` alone, asked the three questions of a survey. It
 * classifies and counts, and stores nothing. The loop is its own rather than `askList`: a callback for
 * each kind of question and none made for each question, so that what is measured is the engine.
 *
 * With `--questions` it is the soak: the list again and again, the resident set sampled on the way.
 */
import { chooseTransport, type TransportChoice } from '../src/dns/client/choose-transport.ts';
import { createEngine } from '../src/dns/client/engine.ts';
import type { Done, Outcome } from '../src/dns/client/lookup.ts';
import type { QType } from '../src/dns/talk.ts';
import { childOptions, printResult, RSS_SAMPLE_QUESTIONS } from './bench-child.ts';
import { NameReader } from './bench-names.ts';
import { newTally, tallyDmarc, tallyExchanges, tallyTexts } from './bench-tally.ts';

const TIMEOUT_MS = 2500;
const ATTEMPTS = 3;
const QUESTIONS_A_DOMAIN = 3;

const options = childOptions();
const isSoak = options.questions > 0;
const chosen = await chooseTransport(options.transport as TransportChoice);
const engine = createEngine({
  resolvers: [{ address: '127.0.0.1', family: 4, port: options.port }],
  timeoutMs: TIMEOUT_MS,
  attempts: ATTEMPTS,
  window: options.window,
  openTransport: chosen.open,
});
const names = new NameReader(options.list);
const tally = newTally();
const samples: number[] = [];
let domains = 0;
let ended = 0;
let lost = 0;
let isFilling = false;
let areAllAsked = false;

/** Gives the next name, in the soak the first after the last; undefined at the end. */
function nextName(): string | undefined {
  if (isSoak) {
    if (domains * QUESTIONS_A_DOMAIN >= options.questions) return undefined;
    const name = names.next();
    if (name !== undefined) return name;
    names.rewind();
    return names.next();
  }
  return domains < options.domains ? names.next() : undefined;
}

function finish(outcome: Outcome): void {
  const { status } = outcome.answer;
  if (status !== 'noerror' && status !== 'nodata' && status !== 'nxdomain') lost++;
  ended++;
  if (isSoak && ended % RSS_SAMPLE_QUESTIONS === 0)
    samples.push(process.memoryUsage.rss() / 2 ** 20);
  fill();
}

const onMx: Done = (outcome) => {
  const { answer } = outcome;
  if (answer.status === 'nxdomain') tally.nxdomain++;
  else if (answer.status === 'noerror') tallyExchanges(tally, answer.records.map(exchangeOf));
  finish(outcome);
};

const onTexts: Done = (outcome) => {
  if (outcome.answer.status === 'noerror') tallyTexts(tally, outcome.answer.records);
  finish(outcome);
};

const onDmarc: Done = (outcome) => {
  if (outcome.answer.status === 'noerror') tallyDmarc(tally, outcome.answer.records);
  finish(outcome);
};

const exchangeOf = (record: string): string => record.slice(record.indexOf(' ') + 1);

function ask(qname: string, qtype: QType, done: Done): void {
  const known = engine.ask({ qname, qtype, shared: false }, Number.POSITIVE_INFINITY, done);
  if (known !== undefined) done(known);
}

/** Asks whole domains while the window has room. */
function fill(): void {
  if (isFilling) return;
  isFilling = true;
  while (!areAllAsked && engine.hasRoom) {
    const name = nextName();
    if (name === undefined) {
      areAllAsked = true;
      break;
    }
    domains++;
    ask(name, 'MX', onMx);
    ask(name, 'TXT', onTexts);
    ask(`_dmarc.${name}`, 'TXT', onDmarc);
  }
  isFilling = false;
  if (areAllAsked && ended === domains * QUESTIONS_A_DOMAIN) void end();
}

async function end(): Promise<void> {
  const { queries, retries } = engine.counters;
  names.close();
  await engine.close();
  const result = { tally, domains, queries, lost, retried: retries, ended, samples };
  printResult(result);
}

fill();
