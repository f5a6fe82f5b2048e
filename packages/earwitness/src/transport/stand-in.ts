// What something that stands in receives, from the journal of the local cloud: facts as they are written. A connection
// that ends is tried again, from the last fact on; what the journal dropped meanwhile is a gap.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { type Clock, wallClock } from '../hearing/clock.ts';
import { type OpenTransport, type Transport, TransportError, type TransportListener } from '../hearing/transport.ts';
import { readJson, request, textLines } from '../request.ts';

/** Ours, ms. */
const RETRY_MS = 200;

/** @param url of the admin API: `http://127.0.0.1:4566/_earwitness` */
export function createStandInTransport({ url, name }: { readonly url: string; readonly name: string }): Transport {
  return {
    name: `stand-in ${name}`,
    async open(listener, signal) {
      const reader = new Reader({ url, name }, listener, wallClock);
      await reader.open(signal);
      return reader;
    },
  };
}

class Reader implements OpenTransport {
  readonly #url: string;
  readonly #name: string;
  readonly #listener: TransportListener;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #last = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(at: { readonly url: string; readonly name: string }, listener: TransportListener, clock: Clock) {
    this.#url = at.url;
    this.#name = at.name;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Hears what is received from now on. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      const answer = await request(`${this.#url}/journal?limit=1`, { ...(signal && { signal }) });
      const { newest } = (await readJson(answer)) as { readonly newest: number };
      this.#last = newest;
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new TransportError(`the local cloud at ${this.#url} does not answer`, { cause });
    }
    this.#loop = this.#follow();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    let interrupted = false;
    while (!signal.aborted) {
      try {
        const stream = await request(`${this.#url}/journal/stream?after=${this.#last}`, { signal, background: true });
        if (interrupted) this.#listener.resumed();
        interrupted = false;
        for await (const text of textLines(stream)) this.#take(JSON.parse(text) as Fact);
        throw new Error('the stream of the journal has ended');
      } catch (cause) {
        if (signal.aborted) return;
        if (!interrupted) this.#listener.interrupted(cause instanceof Error ? cause : new Error(String(cause)));
        interrupted = true;
        await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
      }
    }
  }

  #take(fact: Fact): void {
    if (this.#closing.signal.aborted) return;
    this.#last = fact.seq;
    if (fact.kind === 'journal.skipped') {
      this.#listener.gap({ reason: `the journal dropped facts ${fact.firstMissed} to ${fact.lastMissed}` });
    }
    if (fact.kind !== 'stand-in.received' || fact.name !== this.#name) return;
    const { traceId: traceHeader, operation } = fact;
    const text = fact.input ?? JSON.stringify({ operation });
    this.#listener.item({ text, ...(traceHeader !== undefined && { traceHeader }) });
  }
}
