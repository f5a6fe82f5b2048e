// What a keeper writes its state through: the shard of which it is the only writer. See
// docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md.

/** A row of a shard as it was read when the shard was taken over. */
export interface ShardRow {
  readonly sequence: number;
  /** What `write` was given. */
  readonly path: string;
  readonly value: unknown;
}

export interface ShardWriter {
  /** The sequence that the next `write` will get: a number that grows for as long as the shard exists. */
  readonly next: number;
  /**
   * Writes a row, in place of an earlier one with the same path (tokens of shared/server.ts, with dots between them).
   * Plain data (JSON). Rows are stored in the order of the calls, and `next` grows at once. Resolves with the row's
   * sequence when it is stored.
   * @throws NotTheKeeper when another node has taken the shard over, or when that is not known; every later write
   * throws it, too.
   */
  write(path: string, value: unknown): Promise<number>;
  /**
   * Removes a row that was written or read with this sequence, soon: a keeper that dies before may leave it. Whoever
   * must know writes a row that says so first.
   */
  remove(path: string, sequence: number): void;
  /** Resolves when everything that was written before is stored. @throws NotTheKeeper */
  stored(): Promise<void>;
}

/** This node keeps the shard no longer: whoever asked has to ask the new keeper. */
export class NotTheKeeper extends Error {
  constructor(shard: string) {
    super(`This node keeps the shard '${shard}' no longer.`);
    this.name = 'NotTheKeeper';
  }
}
