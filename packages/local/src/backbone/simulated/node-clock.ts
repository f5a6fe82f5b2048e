// The clock as a node has it that may end without a word, or stand still, as a process that is killed or paused: the
// timers of a paused node run when it goes on.
import type { Timer } from '../../clock/clock.ts';
import type { WorkClock } from '../work.ts';

export class NodeClock implements WorkClock {
  readonly #clock: WorkClock;
  readonly #timers = new Set<Timer>();
  /** What came due in a pause. */
  #late: (() => void)[] | undefined;
  #isOver = false;

  constructor(clock: WorkClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(at: number, run: () => void): Timer {
    if (this.#isOver) return { cancel() {} };
    let isCancelled = false;
    const ring = () => {
      if (!isCancelled) run();
    };
    const timer = this.#clock.setTimer(at, () => {
      this.#timers.delete(timer);
      if (this.#late) this.#late.push(ring);
      else run();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        isCancelled = true;
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  pause(): void {
    this.#late ??= [];
  }

  resume(): void {
    const late = this.#late ?? [];
    this.#late = undefined;
    for (const ring of late) ring();
  }

  end(): void {
    this.#isOver = true;
    this.#late = undefined;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
