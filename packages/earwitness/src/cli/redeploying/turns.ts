// Work that is asked for again and again: one turn at a time, and whatever is asked for during a turn is one turn after
// it.

export interface Turns<Item> {
  /** Has the item worked on: in a turn that begins now, or in the one after the turn that runs. */
  add(item: Item): void;
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
    add(item) {
      waiting.add(item);
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
