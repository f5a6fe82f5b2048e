// Momento Topics by HTTP alone: one long poll after another. For projects that do not want the SDK (and its gRPC) in
// their tests. A first poll names no number, so it is unknown from when on it hears: probes are published to the topic
// until one item comes back. That gives the position, and every later poll asks for the next number, so that no item is
// missed.

import { Agent } from 'node:http';
import { globalAgent } from 'node:https';
import { type Clock, wallClock } from '../hearing/clock.ts';
import { createProbe } from '../hearing/probe.ts';
import { type OpenTransport, type Transport, TransportError, type TransportListener } from '../hearing/transport.ts';
import { isOk, readText, request } from '../request.ts';
import { advise } from './advise.ts';
import { MOMENTO_MAX_ITEM_BYTES } from './momento.ts';
import { type PolledItem, parsePoll } from './momento-poll.ts';
import { remedyFor } from './momento-remedy.ts';
import { pause } from './pause.ts';
import { Position } from './position.ts';

/** Where and as whom to poll. */
export interface MomentoHttpRoute {
  /** The region's HTTP API, without a slash at the end: `https://api.cache.cell-….prod.a.momentohq.com`. */
  readonly endpoint: string;
  /** Sent as it is in the Authorization header. */
  readonly apiKey: string;
  readonly cache: string;
  readonly topic: string;
}

// All three ours, in ms.
const FIRST_PROBE_AGAIN_MS = 25;
const PATIENCE_MS = 2000;
const RETRY_MS = 200;

/** A topic of Momento over HTTP long polling. */
export function createMomentoHttpTransport(route: MomentoHttpRoute, clock: Clock = wallClock): Transport {
  return {
    name: `momento ${route.cache}/${route.topic} (HTTP)`,
    topic: route.topic,
    maxItemBytes: MOMENTO_MAX_ITEM_BYTES,
    async open(listener, signal) {
      const poller = new Poller(route, listener, clock);
      const abort = () => void poller.close();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await poller.open();
      } catch (error) {
        await poller.close();
        throw signal?.aborted ? signal.reason : error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
      return poller;
    },
  };
}

class Poller implements OpenTransport {
  readonly #url: string;
  readonly #headers: { readonly authorization: string };
  readonly #listener: TransportListener;
  readonly #clock: Clock;
  readonly #position = new Position();
  readonly #closing = new AbortController();
  /**
   * A local cloud's connections are kept between polls. HTTPS has Node's own agent, which knows the proxies of the
   * environment.
   */
  readonly #http = new Agent({ keepAlive: true });
  #loop: Promise<void> = Promise.resolve();

  constructor(route: MomentoHttpRoute, listener: TransportListener, clock: Clock) {
    const [cache, topic] = [encodeURIComponent(route.cache), encodeURIComponent(route.topic)];
    this.#url = `${route.endpoint.replace(/\/+$/, '')}/topics/${cache}/${topic}`;
    this.#headers = { authorization: route.apiKey };
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Polls once without a number, probing until something comes back; then polls on in the background. */
  async open(): Promise<void> {
    let heard = false;
    const first = this.#poll().finally(() => {
      heard = true;
    });
    const probing = (async () => {
      for (let pauseMs = FIRST_PROBE_AGAIN_MS; !heard; pauseMs *= 2) {
        await this.#publishProbe();
        await Promise.race([first.catch(() => undefined), this.#pause(pauseMs)]);
      }
    })();
    // A refused probe ends the opening too: without it the poll might wait for ever.
    await Promise.race([first, probing.then(() => first)]);
    while (this.#position.next === undefined && !this.#closing.signal.aborted) await this.#poll();
    this.#loop = this.#pollOn();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    this.#http.destroy();
  }

  async #pollOn(): Promise<void> {
    let failingSince: number | undefined;
    let interrupted = false;
    while (!this.#closing.signal.aborted) {
      try {
        // After an interruption an open poll proves nothing; an accepted probe does.
        if (interrupted) {
          await this.#publishProbe();
          interrupted = false;
          this.#listener.resumed();
        }
        await this.#poll();
        failingSince = undefined;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (!(error instanceof TransportError)) throw error;
        if (isFinal(error)) return this.#listener.lost(error);
        failingSince ??= this.#clock.now();
        if (!interrupted && this.#clock.now() - failingSince >= PATIENCE_MS) {
          interrupted = true;
          this.#listener.interrupted(error);
        }
        await this.#pause(RETRY_MS);
      }
    }
  }

  async #poll(): Promise<void> {
    const query = `sequence_number=${this.#position.next ?? 0}&sequence_page=${this.#position.page ?? 0}`;
    const body = await this.#request('GET', `${this.#url}?${query}`);
    for (const polled of parsePoll(body)) this.#report(polled);
  }

  #report(polled: PolledItem): void {
    if (this.#closing.signal.aborted) return;
    if (polled.kind === 'discontinuity') {
      const gap = this.#position.jump(polled.nextSequenceNumber, polled.sequencePage);
      if (gap) this.#listener.gap(gap);
      return;
    }
    const gap = this.#position.item(polled.sequenceNumber, polled.sequencePage);
    if (gap) this.#listener.gap(gap);
    if (this.#position.isReplay(polled.sequenceNumber, polled.text)) return;
    this.#listener.item({ text: polled.text, sequenceNumber: polled.sequenceNumber });
  }

  async #publishProbe(): Promise<void> {
    await this.#request('POST', this.#url, JSON.stringify(createProbe(crypto.randomUUID())));
  }

  async #request(method: 'GET' | 'POST', url: string, body?: string): Promise<string> {
    try {
      const answer = await request(url, {
        method,
        headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'text/plain' },
        signal: this.#closing.signal,
        agent: url.startsWith('https:') ? globalAgent : this.#http,
        background: true,
        ...(body === undefined ? {} : { body }),
      });
      const text = await readText(answer);
      if (isOk(answer)) return text;
      const code = String(answer.status);
      throw new TransportError(
        advise(`Momento answered ${code} to ${method} ${url}: ${text || answer.statusText}`, remedyFor(code)),
        { code },
      );
    } catch (error) {
      if (error instanceof TransportError) throw error;
      const sentence = `cannot reach Momento at ${new URL(url).origin}`;
      throw new TransportError(advise(sentence, remedyFor('SERVER_UNAVAILABLE')), { cause: error });
    }
  }

  #pause(pauseMs: number): Promise<void> {
    return pause(pauseMs, { clock: this.#clock, signal: this.#closing.signal });
  }
}

/** Responses that trying again cannot change: a bad request, a bad key, no permission, no such cache. */
function isFinal(error: TransportError): boolean {
  return error.code !== undefined && ['400', '401', '403', '404'].includes(error.code);
}
