/** What the readers of plain lists, CSV and zone files have in common. No code. */
import type { LineSink } from './line-splitter.ts';

/** Takes the lines of one list and books each entry with the ledger. */
export interface ListReader extends LineSink {
  /** Lines longer than this come as `overlongLine`. */
  readonly maxLineBytes: number;
  /** Rows with more or fewer cells than the first; 0 for formats without cells. */
  readonly irregularRows: number;
  /** Books what came so far; called after each chunk. */
  flush(): Promise<void>;
  /** Books the rest; throws SurveyError where the list ends in the middle of an entry. */
  end(): Promise<void>;
}
