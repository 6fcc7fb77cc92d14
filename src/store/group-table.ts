/** Sets of segment names, each set once and known by its number. Pure. */

/** Number of the empty set. */
export const NO_GROUP = 0;

export class GroupTable {
  readonly #groups: (readonly string[])[] = [[]];
  /** By number of a set, then by the name that is added to it; most sets are never added to. */
  readonly #larger: (Map<string, number> | undefined)[] = [];
  readonly #byNames = new Map<string, number>();

  /** Names of a set are in order of code units, each once: the same names are the same set. */
  get groups(): readonly (readonly string[])[] {
    return this.#groups;
  }

  /** Number of the set with one more name. */
  add(group: number, name: string): number {
    let larger = this.#larger[group];
    if (larger === undefined) {
      larger = new Map();
      this.#larger[group] = larger;
    }
    const known = larger.get(name);
    if (known !== undefined) return known;
    const names = this.#groups[group] ?? [];
    const found = names.includes(name) ? group : this.#numberOf([...names, name].sort());
    larger.set(name, found);
    return found;
  }

  of(names: readonly string[]): number {
    let group = NO_GROUP;
    for (const name of names) group = this.add(group, name);
    return group;
  }

  #numberOf(names: readonly string[]): number {
    // A single name comes here once, by way of the empty set.
    const key = names.length === 1 ? undefined : JSON.stringify(names);
    const known = key === undefined ? undefined : this.#byNames.get(key);
    if (known !== undefined) return known;
    const group = this.#groups.push(names) - 1;
    if (key !== undefined) this.#byNames.set(key, group);
    return group;
  }
}
