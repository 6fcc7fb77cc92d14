/** `--store`, the same everywhere. */
export const DEFAULT_STORE = 'mailcensus.sqlite';
