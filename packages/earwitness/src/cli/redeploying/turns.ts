// Work that is asked for again and again: one turn at a time, and whatever is asked for during a turn is one turn after
// it.

export interface Turns<Item> {
  /** Has the items worked on, all in one turn: it begins now, or after the turn that runs. */
  add(...items: readonly Item[]): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

/** @param work must not reject */
export function createTurns<Item>(work: (items: ReadonlySet<Item>) => Promise<void>): Turns<Item> {
  let waiting = new Set<Item>();
  let running: Promise<void> | undefined;
  const run = async () => {
    while (waiting.size > 0) {
      const items = waiting;
      waiting = new Set();
      await work(items);
    }
    running = undefined;
  };
  return {
    add(...items) {
      for (const item of items) waiting.add(item);
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
