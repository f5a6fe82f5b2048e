// A topic in the test's own memory: for unit tests of code that takes a publisher, and for the kit's own tests. Nothing
// is delayed, lost or reordered unless the test says so (`gap`, `interrupt`, `resume`, `lose`).
import type { Gap, OpenTransport, Transport, TransportListener } from '../hearing/transport.ts';

/** A topic in memory that several subscriptions may share. */
export class MemoryTopic implements Transport {
  readonly name: string;
  #sequenceNumber = 0;
  readonly #listeners = new Set<TransportListener>();

  constructor(name = 'memory') {
    this.name = name;
  }

  /** Delivers an item to every open subscription, at once. An object is sent as its JSON. */
  publish(message: string | object): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const item = { text, sequenceNumber: ++this.#sequenceNumber };
    for (const listener of this.#listeners) listener.item(item);
  }

  /** Reports a hole, as Momento does with a discontinuity. */
  gap(gap: Gap): void {
    for (const listener of this.#listeners) listener.gap(gap);
  }

  /** Reports a connection that is gone and being tried again. */
  interrupt(cause: Error): void {
    for (const listener of this.#listeners) listener.interrupted(cause);
  }

  /** Reports that the connection is back. */
  resume(): void {
    for (const listener of this.#listeners) listener.resumed();
  }

  /** Reports a connection that is gone for good. */
  lose(cause: Error): void {
    for (const listener of this.#listeners) listener.lost(cause);
    this.#listeners.clear();
  }

  async open(listener: TransportListener): Promise<OpenTransport> {
    this.#listeners.add(listener);
    return {
      close: async () => {
        this.#listeners.delete(listener);
      },
    };
  }
}
