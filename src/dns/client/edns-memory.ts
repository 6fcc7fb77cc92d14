/**
 * Whether one resolver is to be asked with EDNS. A server that knows none of it says so (RFC 6891 §7);
 * a firewall in front of one may drop the query instead, and then nothing tells it from a dead server
 * but a question without. Pure.
 *
 * A resolver that ever answered a query with EDNS is always asked with it: its time-outs have another
 * cause, and without it an answer is cut at 512 octets and carries no extended error.
 */

/** One first attempt in so many shows whether a resolver that seemed deaf to EDNS still is. */
const PROOF_INTERVAL = 1024;

export class EdnsMemory {
  #hasAnswered = false;
  /** It answered a query without EDNS, and none with it. */
  #isDeaf = false;
  #attempts = 0;

  /**
   * Whether the attempt that begins goes with EDNS, as number `attempt` of `most`. Of a resolver that
   * never answered, the last one goes without where the one before it was met with silence.
   */
  isWanted(attempt: number, most: number, wasSilent: boolean): boolean {
    if (this.#hasAnswered) return true;
    if (!this.#isDeaf) return attempt < most || !wasSilent;
    return attempt === 1 && most > 1 && ++this.#attempts % PROOF_INTERVAL === 0;
  }

  /** A response came, whatever it says. */
  responded(hadEdns: boolean): void {
    if (this.#hasAnswered) return;
    if (hadEdns) this.#hasAnswered = true;
    else this.#isDeaf = true;
  }
}
