/**
 * Values under small whole numbers that are given back and used again. For what comes and goes at the
 * pace of questions: a Map's old tables would keep what has long ended alive (`dns/client/id-table.ts`).
 */
export class SlotTable<Value> {
  readonly #values: (Value | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#values.length - this.#free.length;
  }

  /** The number under which the value stands until it is taken. */
  add(value: Value): number {
    const slot = this.#free.pop() ?? this.#values.length;
    this.#values[slot] = value;
    return slot;
  }

  /** Gives the value and frees its number; undefined where nothing stands. */
  take(slot: number): Value | undefined {
    const value = this.#values[slot];
    if (value === undefined) return undefined;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    return value;
  }

  /** Every value that stands; `visit` may take it, and may add others. */
  forEach(visit: (value: Value, slot: number) => void): void {
    const { length } = this.#values;
    for (let slot = 0; slot < length; slot++) {
      const value = this.#values[slot];
      if (value !== undefined) visit(value, slot);
    }
  }
}
