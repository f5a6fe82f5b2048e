// One thing after the other, by name. Only so that one node does not come in its own way: what nodes do to each other,
// revisions of rows decide.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `act` when all that was begun under this name before is over. */
  async take<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name);
    const turn = before ? before.then(act, act) : act();
    this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}
