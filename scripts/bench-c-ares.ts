/**
 * A measured client: Node's own resolver (c-ares), asked the three questions of a survey. Several
 * instances, since one alone keeps few sockets. How often c-ares sends again is hidden.
 */
import { Resolver } from 'node:dns';
import { type AskOne, askList, childOptions, printResult } from './bench-child.ts';
import { newTally, tallyDmarc, tallyExchanges, tallyTexts } from './bench-tally.ts';

/** Of 1 to 16 the best. */
const RESOLVERS = 16;

const options = childOptions();
const tally = newTally();
const resolvers = Array.from({ length: RESOLVERS }, () => {
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${options.port}`]);
  return resolver;
});
let turn = 0;
const nextResolver = () => resolvers[turn++ % RESOLVERS] as Resolver;

const isAbsence = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ENODATA' || error.code === 'ENOTFOUND';

const askMx: AskOne = (name, done) =>
  nextResolver().resolveMx(name, (error, records) => {
    if (error === null)
      tallyExchanges(
        tally,
        records.map(({ exchange }) => exchange),
      );
    else if (error.code === 'ENOTFOUND') tally.nxdomain++;
    done(error === null || isAbsence(error));
  });

const askTexts =
  (count: typeof tallyTexts, prefix: string): AskOne =>
  (name, done) =>
    nextResolver().resolveTxt(`${prefix}${name}`, (error, records) => {
      if (error === null)
        count(
          tally,
          records.map((strings) => strings.join('')),
        );
      done(error === null || isAbsence(error));
    });

const KINDS = [askMx, askTexts(tallyTexts, ''), askTexts(tallyDmarc, '_dmarc.')];
const { domains, lost } = await askList(options, KINDS);
printResult({ tally, domains, queries: domains * KINDS.length, lost, retried: undefined });
