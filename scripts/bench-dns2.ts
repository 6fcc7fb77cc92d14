/** A measured client: the UDP client of the dns2 package, a socket for each question and no retry. */
import DNS, { type Packet } from 'dns2';
import { type AskOne, askList, childOptions, printResult } from './bench-child.ts';
import { newTally, tallyDmarc, tallyExchanges, tallyTexts } from './bench-tally.ts';

const options = childOptions();
const tally = newTally();
const ask = DNS.UDPClient({ dns: '127.0.0.1', port: options.port });
const RCODE_NXDOMAIN = 3;

const askWith =
  (prefix: string, type: 'MX' | 'TXT', count: (response: Packet) => void): AskOne =>
  (name, done) =>
    void ask(`${prefix}${name}`, type).then(
      (response) => {
        count(response);
        done(response.header.rcode === 0 || response.header.rcode === RCODE_NXDOMAIN);
      },
      () => done(false),
    );

const textsOf = ({ answers }: Packet): string[] =>
  answers.map(({ data = '' }) => (typeof data === 'string' ? data : data.join('')));

function countMx({ answers, header }: Packet): void {
  if (header.rcode === RCODE_NXDOMAIN) tally.nxdomain++;
  if (answers.length > 0)
    tallyExchanges(
      tally,
      answers.map(({ exchange = '' }) => exchange),
    );
}

const KINDS = [
  askWith('', 'MX', countMx),
  askWith('', 'TXT', (response) => tallyTexts(tally, textsOf(response))),
  askWith('_dmarc.', 'TXT', (response) => tallyDmarc(tally, textsOf(response))),
];
const { domains, lost } = await askList(options, KINDS);
printResult({ tally, domains, queries: domains * KINDS.length, lost, retried: 0 });
