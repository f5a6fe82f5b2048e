// Proof by canaries: one is sent, and every route of the subscription has to hear it. At the start it shows that the
// whole road works and how long it takes. Later it bounds a negative answer: what was published before the canary, and
// has not come shortly after it, will not come. A transport that can publish sends its own canaries; the others need a
// bus to send them on.

import type { Clock } from './clock.ts';
import { type SendCanary, type Transport, TransportError } from './transport.ts';

/**
 * How long a canary may take at the start, ms: inside the 10 s that vitest gives a `beforeAll`. Ours, as is the next.
 */
const LIMIT_MS = 8000;
const AGAIN_MS = 1000;

interface Canary {
  /** Transports over which it has not come yet. */
  readonly pending: Set<Transport>;
  readonly done: () => void;
}

/** Sends canaries for one subscription, and keeps track of what came back. */
export class CanaryProof {
  readonly #transports: readonly Transport[];
  readonly #clock: Clock;
  readonly #senders: readonly SendCanary[];
  readonly #canaries = new Map<string, Canary>();
  readonly #proven = new Set<Transport>();
  #ms: number | undefined;
  /** Every route can be proven. */
  readonly canProve: boolean;

  /** @param send puts a canary on the bus, for transports that cannot by themselves */
  constructor(transports: readonly Transport[], clock: Clock, send: SendCanary | undefined) {
    this.#transports = transports;
    this.#clock = clock;
    const own = transports.flatMap(({ sendCanary }) => (sendCanary ? [sendCanary] : []));
    const needsBus = own.length < transports.length;
    this.canProve = !needsBus || send !== undefined;
    this.#senders = needsBus && send ? [...own, send] : own;
  }

  /** How long the last canary took, ms; undefined when none came back yet. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /**
   * Sends a canary. Resolves with the time it took, in ms, once every route has heard it; the caller sets the limit.
   */
  async prove(): Promise<number> {
    const id = crypto.randomUUID();
    const sentAt = this.#clock.now();
    const received = new Promise<void>((done) => this.#canaries.set(id, { pending: new Set(this.#transports), done }));
    await Promise.all(this.#senders.map((send) => send(id)));
    await received;
    this.#ms = this.#clock.now() - sentAt;
    return this.#ms;
  }

  /** A canary came over a route. */
  received(id: string, transport: Transport): void {
    const canary = this.#canaries.get(id);
    if (!canary) return;
    this.#proven.add(transport);
    canary.pending.delete(transport);
    if (canary.pending.size > 0) return;
    this.#canaries.delete(id);
    canary.done();
  }

  /**
   * Proves the road at the start. A rule that was made a moment ago may not see the first canary, so more follow until
   * one is back.
   * @throws TransportError naming the routes that heard none; the signal's reason
   */
  async proveAtStart(signal: AbortSignal | undefined, limitMs = LIMIT_MS): Promise<void> {
    const releases: (() => void)[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const send = () => {
          this.prove().then(() => resolve(), reject);
          releases.push(this.#clock.after(AGAIN_MS, send));
        };
        releases.push(this.#clock.after(limitMs, () => reject(this.#deadRoadError(limitMs))));
        const abort = () => reject(signal?.reason);
        if (signal?.aborted) return abort();
        signal?.addEventListener('abort', abort, { once: true });
        releases.push(() => signal?.removeEventListener('abort', abort));
        send();
      });
    } finally {
      for (const release of releases) release();
    }
  }

  #deadRoadError(limitMs: number): TransportError {
    const silent = this.#transports.filter((transport) => !this.#proven.has(transport));
    const names = (silent.length > 0 ? silent : this.#transports).map(({ name }) => name).join(' and to ');
    return new TransportError(`no canary came back within ${limitMs} ms: the road from the bus to ${names} is dead`);
  }
}
