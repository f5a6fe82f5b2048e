// The wire of a simulated cluster. What is sent over a link arrives in order, as over one TCP connection; how long it
// takes is drawn from a seeded generator, so that messages on different links overtake one another, and always in the
// same way for the same seed. Time here is a count of turns: no clock is read. While something is under way, the
// cluster's clock is held, so that `advance` waits for it.
import type { Clock } from '../../clock/clock.ts';
import { TimerHeap } from '../../clock/timer-heap.ts';

/** Longest way of a message, in turns. */
const MAX_TURNS = 8;

/** One direction between the store and a node. */
export interface Link {
  /** Runs `arrive` at the other end. */
  send(arrive: () => void): void;
}

export class Wire {
  /** How many of a hundred questions get lost, or their answers. */
  lossPercent = 0;
  readonly #clock: Pick<Clock, 'hold'>;
  readonly #random: () => number;
  readonly #underWay = new TimerHeap<() => void>();
  readonly #waiting = new Set<() => void>();
  #turn = 0;
  #release: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'hold'>, seed: number) {
    this.#clock = clock;
    this.#random = createRandom(seed);
  }

  decideFate(): 'answered' | 'question lost' | 'answer lost' {
    if (this.lossPercent === 0 || this.#random() * 100 >= this.lossPercent) return 'answered';
    return this.#random() < 0.5 ? 'question lost' : 'answer lost';
  }

  createLink(): Link {
    let lastAt = 0;
    return {
      send: (arrive) => {
        lastAt = Math.max(lastAt, this.#turn + 1 + Math.floor(this.#random() * MAX_TURNS));
        this.#underWay.add(lastAt, arrive);
        if (this.#release) return;
        this.#release = this.#clock.hold();
        setImmediate(this.#deliver);
      },
    };
  }

  /** Resolves when nothing is under way, and nothing follows from what arrived last. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#release) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  // One message a time, so that what follows from it in promises is done before the next arrives. Turns at which
  // nothing arrives are passed over.
  readonly #deliver = (): void => {
    this.#turn = Math.max(this.#turn, this.#underWay.firstAt);
    this.#underWay.takeFirst()?.();
    setImmediate(this.#underWay.size > 0 ? this.#deliver : this.#rest);
  };

  readonly #rest = (): void => {
    if (this.#underWay.size > 0) {
      this.#deliver();
      return;
    }
    this.#release?.();
    this.#release = undefined;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  };
}

/** Numbers from 0 to below 1 that a seed decides. Source: mulberry32, public domain. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
