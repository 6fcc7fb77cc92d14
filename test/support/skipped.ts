/** Says aloud that tests were skipped, and why: a skipped test that nobody sees proves nothing. */
export function saySkipped(what: string, reason: string): void {
  process.stderr.write(`SKIPPED: ${what}: ${reason}\n`);
}
