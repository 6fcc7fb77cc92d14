/**
 * Exchanges under way on one socket by message id: open addressing over flat arrays.
 *
 * Not a Map, for a reason that was measured: a Map that is written and emptied all the time is
 * rehashed every few dozen queries, and each table it leaves behind links to the next. Once one of
 * them has grown old, the collector keeps all that follow, and with them every finished domain, until
 * a full collection: a fifth of a survey's CPU and memory, in one run of two.
 */

const FREE = -1;
const SMALLEST = 64;

export class IdTable<Value> {
  #ids = new Int32Array(SMALLEST).fill(FREE);
  #values: (Value | undefined)[] = new Array(SMALLEST).fill(undefined);
  #mask = SMALLEST - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `id` is 0 to 65,535; ids are random, so their low bits serve as the hash. */
  get(id: number): Value | undefined {
    return this.#values[this.#slotOf(id)];
  }

  has(id: number): boolean {
    return this.#ids[this.#slotOf(id)] === id;
  }

  set(id: number, value: Value): void {
    const slot = this.#slotOf(id);
    const isNew = this.#ids[slot] === FREE;
    this.#ids[slot] = id;
    this.#values[slot] = value;
    if (!isNew) return;
    this.#size++;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  delete(id: number): boolean {
    let hole = this.#slotOf(id);
    if (this.#ids[hole] !== id) return false;
    this.#size--;
    // What was pushed on past the hole moves back into it, so that no marks of the dead are left.
    for (let at = this.#after(hole); this.#ids[at] !== FREE; at = this.#after(at)) {
      const home = (this.#ids[at] as number) & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#ids[hole] = this.#ids[at] as number;
      this.#values[hole] = this.#values[at];
      hole = at;
    }
    this.#ids[hole] = FREE;
    this.#values[hole] = undefined;
    return true;
  }

  /** Takes everything out. */
  takeAll(): Value[] {
    const taken = this.#values.filter((value): value is Value => value !== undefined);
    this.#ids.fill(FREE);
    this.#values.fill(undefined);
    this.#size = 0;
    return taken;
  }

  /** Where the id stands, or the free slot where it would. */
  #slotOf(id: number): number {
    let slot = id & this.#mask;
    while (this.#ids[slot] !== id && this.#ids[slot] !== FREE) slot = this.#after(slot);
    return slot;
  }

  #after(slot: number): number {
    return (slot + 1) & this.#mask;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    const capacity = ids.length * 2;
    this.#ids = new Int32Array(capacity).fill(FREE);
    this.#values = new Array(capacity).fill(undefined);
    this.#mask = capacity - 1;
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      if (id === FREE) continue;
      const slot = this.#slotOf(id);
      this.#ids[slot] = id;
      this.#values[slot] = values[at];
    }
  }
}
