// A node's connection to the store: requests up, answers and news down, each in order. A node that has died neither
// hears nor says anything more. One that is paused says and hears later what it would now, in the same order.
import { ServerAway } from '../shared/server.ts';
import type { Link, Wire } from './wire.ts';

export class Connection {
  readonly #wire: Wire;
  readonly #up: Link;
  readonly #down: Link;
  /** Run at the store when the connection is lost. */
  readonly #atLoss = new Set<() => void>();
  /** Of what was asked and not answered yet. */
  readonly #unanswered = new Set<(error: Error) => void>();
  #isClosed = false;
  #isLost = false;
  /** What has to wait until the node goes on. */
  #held: (() => void)[] | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#up = wire.createLink();
    this.#down = wire.createLink();
  }

  /** Runs `request` at the store. The promise of a node that dies meanwhile stays open. */
  ask<Answer>(request: () => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) reject(closed());
      if (this.#isLost) return;
      this.#unanswered.add(reject);
      const hear = (settle: () => void) =>
        this.tell(() => {
          this.#unanswered.delete(reject);
          settle();
        });
      this.#whenRunning(() =>
        this.#up.send(() => {
          Promise.resolve()
            .then(request)
            .then(
              (answer) => hear(() => resolve(answer)),
              (error: unknown) => hear(() => reject(error)),
            );
        }),
      );
    });
  }

  /** Runs `request` at the store; nobody waits for it. */
  say(request: () => unknown): void {
    this.ask(request).catch(() => {});
  }

  /** The same as `ask`, but it may get lost, or its answer, as often as the wire loses something. @throws ServerAway */
  question<Answer>(what: string, request: () => Answer | Promise<Answer>): Promise<Answer> {
    const fate = this.#wire.decideFate();
    return this.ask<Answer>(async () => {
      if (fate === 'question lost') throw new ServerAway(`${what} was lost`);
      const answer = await request();
      if (fate === 'answer lost') throw new ServerAway(`the answer to ${what} was lost`);
      return answer;
    });
  }

  /** Runs `hear` at the node. */
  tell(hear: () => void): void {
    this.#down.send(() => {
      if (!this.#isLost) this.#whenRunning(hear);
    });
  }

  /** What the store does when it loses the node: stop what it began for it. Returns a function that does it now. */
  onLoss(stop: () => void): () => void {
    this.#atLoss.add(stop);
    return () => {
      if (this.#atLoss.delete(stop)) stop();
    };
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const act of held) act();
  }

  #whenRunning(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else act();
  }

  /** Ends it. Whoever waits for an answer is told so. */
  close(): void {
    this.#isClosed = true;
    this.lose();
    for (const reject of this.#unanswered) reject(closed());
    this.#unanswered.clear();
  }

  /** Ends it without a word. */
  lose(): void {
    this.#isLost = true;
    this.#held = undefined;
    for (const stop of this.#atLoss) stop();
    this.#atLoss.clear();
  }
}

function closed(): ServerAway {
  return new ServerAway('this connection is closed');
}
