/**
 * How many IPv4 addresses the `ip4` terms of an SPF tree authorize. Exact for those terms: a term of
 * another qualifier shields what stands after it (RFC 7208 §4.6.2, first match wins), and an include
 * authorizes only what its child passes (§5.2). Pure; work is bounded, and a bound that is reached
 * leaves addresses out, so that the figure stays a lower bound.
 *
 * CIDR blocks are nested or disjoint, never overlapping in part: the union needs one sort.
 */
import { ipv4Network, ipv4Size } from '../records/spf-address.ts';

/** A block as one number that sorts by first address, then larger blocks first. */
const SHIFT = 64;

const keyOf = (network: number, prefixLength: number): number => network * SHIFT + prefixLength;
const networkOf = (key: number): number => Math.floor(key / SHIFT);
const prefixLengthOf = (key: number): number => key % SHIFT;

const contains = (outer: number, inner: number): boolean =>
  prefixLengthOf(outer) <= prefixLengthOf(inner) &&
  ipv4Network(networkOf(inner), prefixLengthOf(outer)) === networkOf(outer);

/** Comparisons that shielding may cost in one tree; records without shielding cost none. */
const MAX_COMPARISONS = 100_000;

/** What `enter` gives to be handed back to `leave`. */
export interface UnionFrame {
  readonly shields: number;
  readonly allowed: number[];
}

export class AddressUnion {
  private allowed: number[] = [];
  /** Blocks that an earlier term of the records being read has decided otherwise. */
  private readonly shields: number[] = [];
  private comparisons = 0;

  /** A matching address passes. */
  allow(network: number, prefixLength: number): void {
    const key = keyOf(network, prefixLength);
    if (this.shields.length === 0) this.allowed.push(key);
    else this.allowOutside(key);
  }

  /** A matching address is decided, but does not pass. */
  shield(network: number, prefixLength: number): void {
    this.shields.push(keyOf(network, prefixLength));
  }

  /** Goes into the record of an include. */
  enter(isPass: boolean): UnionFrame {
    const frame = { shields: this.shields.length, allowed: this.allowed };
    if (!isPass) this.allowed = [];
    return frame;
  }

  /** Comes back from it: the child's own shields end; what it passed under `-`, `~`, `?` shields. */
  leave(frame: UnionFrame): void {
    this.shields.length = frame.shields;
    if (this.allowed === frame.allowed) return;
    const decided = this.allowed;
    this.allowed = frame.allowed;
    for (const key of decided) this.shields.push(key);
  }

  /** Number of distinct addresses that pass. */
  size(): number {
    const { allowed } = this;
    const keys = isSorted(allowed) ? allowed : Float64Array.from(allowed).sort();
    let total = 0;
    let next = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      const network = networkOf(key);
      if (network < next) continue;
      const size = ipv4Size(prefixLengthOf(key));
      total += size;
      next = network + size;
    }
    return total;
  }

  private allowOutside(key: number): void {
    const pending = [key];
    for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
      const shield = this.shieldWithin(block);
      if (shield === undefined) return;
      if (shield === NO_SHIELD) this.allowed.push(block);
      else if (!contains(shield, block)) pending.push(...halves(block));
    }
  }

  /** A shield that touches the block, NO_SHIELD, or undefined when the work is used up. */
  private shieldWithin(block: number): number | undefined {
    for (const shield of this.shields) {
      if (++this.comparisons > MAX_COMPARISONS) return undefined;
      if (contains(shield, block) || contains(block, shield)) return shield;
    }
    return NO_SHIELD;
  }
}

function isSorted(keys: readonly number[]): boolean {
  for (let i = 1; i < keys.length; i++)
    if ((keys[i] as number) < (keys[i - 1] as number)) return false;
  return true;
}

const NO_SHIELD = -1;

function halves(block: number): readonly [number, number] {
  const prefixLength = prefixLengthOf(block) + 1;
  const network = networkOf(block);
  return [keyOf(network, prefixLength), keyOf(network + ipv4Size(prefixLength), prefixLength)];
}
