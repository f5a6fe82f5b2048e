// A node's connection to the store: requests up, answers and news down, each in order. A node that has died neither
// hears nor says anything more.
import type { Link, Wire } from './wire.ts';

export class Connection {
  readonly #up: Link;
  readonly #down: Link;
  /** Run at the store when the connection is lost. */
  readonly #atLoss = new Set<() => void>();
  #isLost = false;

  constructor(wire: Wire) {
    this.#up = wire.createLink();
    this.#down = wire.createLink();
  }

  /** Runs `request` at the store. The promise of a node that dies meanwhile stays open. */
  ask<Answer>(request: () => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isLost) return;
      this.#up.send(() => {
        Promise.resolve()
          .then(request)
          .then(
            (answer) => this.tell(() => resolve(answer)),
            (error: unknown) => this.tell(() => reject(error)),
          );
      });
    });
  }

  /** Runs `hear` at the node. */
  tell(hear: () => void): void {
    this.#down.send(() => {
      if (!this.#isLost) hear();
    });
  }

  /** What the store does when it loses the node: stop what it began for it. Returns a function that does it now. */
  onLoss(stop: () => void): () => void {
    this.#atLoss.add(stop);
    return () => {
      if (this.#atLoss.delete(stop)) stop();
    };
  }

  lose(): void {
    this.#isLost = true;
    for (const stop of this.#atLoss) stop();
    this.#atLoss.clear();
  }
}
