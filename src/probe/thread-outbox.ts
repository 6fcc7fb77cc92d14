/** Gathers small things to say until the event loop turns: a message costs more than what is in it. */
export class Outbox<Item> {
  readonly #post: (items: readonly Item[]) => void;
  #items: Item[] = [];

  constructor(post: (items: readonly Item[]) => void) {
    this.#post = post;
  }

  add(item: Item): void {
    if (this.#items.push(item) === 1) setImmediate(this.flush);
  }

  /** Says what there is at once. */
  readonly flush = (): void => {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#post(items);
  };
}
