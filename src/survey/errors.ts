/**
 * The one thrown error: a fault of ours, of the machine or of the input, never of the DNS. It is
 * caught in `cli/exit.ts`, which turns the code into an exit status and prints the message alone.
 */
export type SurveyErrorCode =
  /** Bad option, list, zone file, resolver or store file given by the user: exit 2. */
  | 'usage'
  /** The machine failed: disk full, I/O, store locked by a running survey: exit 1. */
  | 'machine'
  /** Stopped before the end and resumable: exit 3. */
  | 'stopped';

/** `message` is one line that names the thing and says the way out; it is printed as it is. */
export class SurveyError extends Error {
  override readonly name = 'SurveyError';
  readonly code: SurveyErrorCode;

  constructor(code: SurveyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
