// A rate limit as a queue: who comes too early is told when its turn is. Turns are reserved in a row, so that the limit
// is the cloud's, however many nodes there are. A node takes as many at once as wait for one, and no more: those that
// come while a row is being written are in the next write.
import { type Table, tableOf } from '../backbone/table.ts';
import { updateRow } from '../backbone/update.ts';
import type { Platform } from '../platform.ts';
import { type Turns, takeTurns } from './turns.ts';

const TURNS = tableOf<Turns>('delivery/turns');

interface Waiting {
  readonly ratePerSecond: number;
  readonly resolve: (at: number) => void;
  readonly reject: (error: unknown) => void;
}

export class RateQueue {
  readonly #clock: Pick<Platform['clock'], 'now'>;
  readonly #table: Table<Turns>;
  /** By key; a key stands here while its row is being written. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor({ clock, backbone }: Pick<Platform, 'clock' | 'backbone'>) {
    this.#clock = clock;
    this.#table = backbone.table(TURNS);
  }

  /**
   * Takes the next free turn and resolves with when it is (epoch ms): now, or before it, when none is taken.
   * @throws what the backbone throws
   */
  async take(key: string, ratePerSecond: number): Promise<number> {
    const others = this.#waiting.get(key);
    if (others) return new Promise((resolve, reject) => others.push({ ratePerSecond, resolve, reject }));
    const waiting: Waiting[] = [];
    this.#waiting.set(key, waiting);
    try {
      const [at = 0] = await this.#reserve(key, { count: 1, ratePerSecond });
      return at;
    } finally {
      if (waiting.length > 0) void this.#takeAll(key, waiting);
      else this.#waiting.delete(key);
    }
  }

  /** Forgets who waits for which turn. */
  async clear(): Promise<void> {
    await Promise.all(this.#table.list().map(({ key }) => this.#table.delete(key)));
  }

  async #takeAll(key: string, waiting: Waiting[]): Promise<void> {
    for (let [first] = waiting; first; [first] = waiting) {
      const { ratePerSecond } = first;
      // Whose rate is another one waits for the next write.
      const end = waiting.findIndex((one) => one.ratePerSecond !== ratePerSecond);
      const batch = waiting.splice(0, end < 0 ? waiting.length : end);
      try {
        const times = await this.#reserve(key, { count: batch.length, ratePerSecond });
        for (const [index, { resolve }] of batch.entries()) resolve(times[index] ?? 0);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#waiting.delete(key);
  }

  async #reserve(key: string, wanted: { readonly count: number; readonly ratePerSecond: number }): Promise<number[]> {
    let times: number[] = [];
    await updateRow(this.#table, key, (before) => {
      const taken = takeTurns(before, { now: this.#clock.now(), ...wanted });
      times = taken.times;
      return taken.turns;
    });
    return times;
  }
}
