/**
 * The report of a run on the terminal, as `survey` and `demo` end with it. Apart from `report.ts`, whose
 * pages, files and comparisons a survey has no use for: they would cost it a third of a second of CPU.
 */
import { wantsColor, widthOf } from '../report/text/paint.ts';
import { textReport } from '../report/text-report.ts';
import type { StoreReader } from '../store/store.ts';
import type { RunRow } from '../survey/ports.ts';
import { type CliIo, writeAll } from './io.ts';
import { reportDataOf } from './report-data.ts';

/** As wide and as coloured as stdout bears. */
export const terminalOf = ({ stdout }: CliIo) => ({
  width: widthOf(stdout),
  isColored: wantsColor(stdout, process.env),
});

export async function printReport(
  io: CliIo,
  store: StoreReader,
  run: RunRow,
  topSegments: number,
): Promise<void> {
  await writeAll(
    io.stdout,
    textReport(reportDataOf(store, run), { ...terminalOf(io), topSegments }),
  );
}
