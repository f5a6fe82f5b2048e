// The part of a subscription that hears: it holds the open transport, keeps what came, knows whether the answer to a wait can still
// be trusted, and owns every open wait. The verbs (verbs/) are written on top of it. It refuses to guess: when the connection is
// gone, waits end with what broke, never with "did not arrive".

import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { ConnectionLostError, EarwitnessError, SubscriptionClosedError, UnawaitedWaitError } from '../errors.ts';
import { parseMessage, type Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { type Gap, type Item, type OpenTransport, type Transport, TransportError } from '../transport/transport.ts';
import { CallSite } from './call-site.ts';
import type { SendCanary } from './canary.ts';
import type { Clock } from './clock.ts';
import { probeId } from './probe.ts';
import { Recording } from './recording.ts';
import { Wait, type WaitOptions } from './wait.ts';

/** How long the road may take to prove itself, ms: inside the 10 s that vitest gives a `beforeAll`. Ours, as is the next. */
const ROAD_LIMIT_MS = 8000;
const CANARY_AGAIN_MS = 1000;

/** What a subscription needs to know; `subscribe()` finds it out. */
export interface EarSettings {
  readonly clock: Clock;
  /** Default of every wait, ms. */
  readonly timeoutMs: number;
  /** How many messages are kept at least. */
  readonly keep: number;
  /** Sends an event over the whole road to here; absent when the kit cannot publish. */
  readonly sendCanary?: SendCanary;
  /** Only messages that meet this are kept; the rest belong to somebody else. */
  readonly only?: Expectation;
  /** URL of the queue that failed deliveries go to; pages look into it. */
  readonly deadLetterQueue?: string;
  /** The local cloud's facts so far, where they do not come from a cloud that runs: in a replay. */
  readonly journal?: () => readonly Fact[];
  /** Called when a wait has failed by what was heard, or because it could not be heard. */
  readonly onFailed?: (wait: Wait<unknown>, error: EarwitnessError) => void;
  /** Called when the subscription has been closed, with every wait there was. */
  readonly onClosed?: (ear: Ear, waits: readonly Wait<unknown>[]) => Promise<void>;
  /** Silence may be believed without anything having been heard: the transport asks, and an empty answer is one. */
  readonly trustSilence?: boolean;
}

/** An open transport with everything it heard. */
export class Ear {
  readonly transport: Transport;
  readonly recording: Recording;
  readonly clock: Clock;
  readonly gaps: Gap[] = [];
  readonly trustSilence: boolean;
  readonly deadLetterQueue: string | undefined;
  readonly journal: (() => readonly Fact[]) | undefined;
  readonly #only: Expectation | undefined;
  readonly #onClosed: EarSettings['onClosed'];
  readonly #onFailed: EarSettings['onFailed'];
  readonly #allWaits: Wait<unknown>[] = [];
  #left = 0;
  #openedAt: number;
  readonly #timeoutMs: number;
  readonly #sendCanary: SendCanary | undefined;
  readonly #canaries = new Map<string, () => void>();
  #roadMs: number | undefined;
  readonly #waits = new Set<Wait<unknown>>();
  #route: OpenTransport | undefined;
  #broken: Error | undefined;
  #closing: Promise<void> | undefined;

  private constructor(transport: Transport, settings: EarSettings) {
    this.transport = transport;
    this.clock = settings.clock;
    this.recording = new Recording(settings.keep);
    this.#timeoutMs = settings.timeoutMs;
    this.#sendCanary = settings.sendCanary;
    this.deadLetterQueue = settings.deadLetterQueue;
    this.journal = settings.journal;
    this.#only = settings.only;
    this.#onClosed = settings.onClosed;
    this.#onFailed = settings.onFailed;
    this.trustSilence = settings.trustSilence ?? false;
    this.#openedAt = settings.clock.now();
  }

  /** Opens the transport; resolves once everything published from now on will be heard. */
  static async open(transport: Transport, settings: EarSettings, signal?: AbortSignal): Promise<Ear> {
    signal?.throwIfAborted();
    const ear = new Ear(transport, settings);
    ear.#route = await transport.open(
      {
        item: (item) => ear.#hear(item),
        gap: (gap) => ear.gaps.push(gap),
        interrupted: (cause) => ear.#break(cause),
        resumed: () => {
          ear.#broken = undefined;
        },
        lost: (cause) => ear.#break(cause),
      },
      signal,
    );
    ear.#openedAt = ear.clock.now();
    if (ear.#sendCanary) await ear.#awaitRoute(signal);
    return ear;
  }

  /** What is kept, and how many messages were left out because they are not that. */
  get left(): { readonly only: string; readonly count: number } | undefined {
    return this.#only && { only: this.#only.text, count: this.#left };
  }

  /** When everything published was sure to be heard, epoch ms; times on a page count from here. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** How long the last canary took over the whole road, ms; undefined when none came back yet. */
  get roadMs(): number | undefined {
    return this.#roadMs;
  }

  get canSendCanary(): boolean {
    return this.#sendCanary !== undefined;
  }

  /** Sends a canary. Resolves with the time it took, in ms, once it is heard; the caller sets the limit. */
  async proveRoute(): Promise<number> {
    const id = crypto.randomUUID();
    const sentAt = this.clock.now();
    const heard = new Promise<void>((resolve) => this.#canaries.set(id, resolve));
    await this.#sendCanary?.(id);
    await heard;
    this.#roadMs = this.clock.now() - sentAt;
    return this.#roadMs;
  }

  /** Why messages may have come that are not among those kept; undefined when all are. */
  get doubt(): string | undefined {
    const { evicted } = this.recording;
    if (evicted > 0) return `the oldest ${evicted} messages had to be dropped; raise "keep"`;
    const [gap] = this.gaps;
    return gap && `messages were lost (${gap.reason})`;
  }

  /** Why nothing can be heard at the moment; undefined when all is well. */
  get broken(): Error | undefined {
    return this.#broken;
  }

  /**
   * Opens a wait for a verb and lets `begin` look at the past and watch the future. Whatever `begin` throws ends the wait.
   * @param verb the public function the test called, where its stack is to begin
   */
  wait<T>(verb: (...args: never[]) => unknown, options: WaitOptions, begin: (wait: Wait<T>) => void): Promise<T> {
    const wait = new Wait<T>(this.clock.now, options.timeoutMs ?? this.#timeoutMs);
    const open = wait as Wait<unknown>;
    this.#waits.add(open);
    wait.onDone(() => this.#waits.delete(open));
    if (this.#onFailed) wait.onFailed((error) => this.#failed(open, error));
    if (options.signal) wait.abortOn(options.signal);
    try {
      if (!this.#closing && !wait.settled) begin(wait);
    } catch (error) {
      wait.reject(error);
    }
    if (this.#onClosed) this.#allWaits.push(open);
    else if (wait.met) return wait.promise;
    // Most waits are answered from what is there already; only the others may need to tell where they were started.
    wait.site = new CallSite(verb);
    if (wait.met) return wait.promise;
    if (this.#closing) wait.reject(this.#closed(open));
    else if (this.#broken) wait.reject(this.#lost(open, this.#broken));
    return wait.promise;
  }

  /**
   * Closes the transport. Open waits end with SubscriptionClosedError.
   * @throws UnawaitedWaitError when a wait was started that nobody awaited
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const forgotten = [...this.#waits].filter((wait) => !wait.awaited);
    for (const wait of this.#waits) {
      if (!wait.awaited) wait.hush();
      wait.reject(this.#closed(wait));
    }
    this.#waits.clear();
    await this.#route?.close();
    await this.#onClosed?.(this, this.#allWaits);
    const [first] = forgotten;
    if (!first) return;
    const more = forgotten.length > 1 ? ` (and ${forgotten.length - 1} more)` : '';
    throw new UnawaitedWaitError(
      `A wait for ${first.title} was started but never awaited${more}: write "await" before it, or its outcome is lost.`,
      { frames: first.frames },
    );
  }

  /** A rule that was made a moment ago may not see the first canary, so more follow until one is back. */
  async #awaitRoute(signal: AbortSignal | undefined): Promise<void> {
    const releases: (() => void)[] = [];
    const proven = new Promise<void>((resolve, reject) => {
      const send = () => {
        this.proveRoute().then(() => resolve(), reject);
        releases.push(this.clock.after(CANARY_AGAIN_MS, send));
      };
      const dead = `no canary came back within ${ROAD_LIMIT_MS} ms: the road from the bus to ${this.transport.name} is dead`;
      releases.push(this.clock.after(ROAD_LIMIT_MS, () => reject(new TransportError(dead))));
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      send();
    });
    try {
      await proven;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      for (const release of releases) release();
    }
  }

  #hear(item: Item): void {
    const message = parseMessage(item.text);
    const probe = probeId(message);
    if (probe !== undefined) {
      this.#canaries.get(probe)?.();
      this.#canaries.delete(probe);
      return;
    }
    if (this.#only && !this.#only.matches(message)) {
      this.#left++;
      return;
    }
    const { sequenceNumber } = item;
    const index = this.recording.length;
    const receivedAt = this.clock.now();
    const sizeBytes = Buffer.byteLength(item.text);
    const route = this.transport.name;
    // Two literals instead of a spread: this is the one place that runs for every message.
    const received: Received =
      sequenceNumber === undefined
        ? { message, index, receivedAt, sizeBytes, route }
        : { message, index, receivedAt, sizeBytes, route, sequenceNumber };
    this.recording.add(received);
  }

  #break(cause: Error): void {
    this.#broken = cause;
    for (const wait of this.#waits) wait.reject(this.#lost(wait, cause));
  }

  #failed(wait: Wait<unknown>, error: unknown): void {
    if (error instanceof EarwitnessError && !(error instanceof SubscriptionClosedError)) this.#onFailed?.(wait, error);
  }

  #lost(wait: Wait<unknown>, cause: Error): ConnectionLostError {
    return new ConnectionLostError(
      `the connection was lost while waiting for ${wait.title}, so nobody can know whether it came: ${cause.message}`,
      { cause, ...wait.facts(this.recording.all()) },
    );
  }

  #closed(wait: Wait<unknown>): SubscriptionClosedError {
    return new SubscriptionClosedError(
      `the subscription was closed while waiting for ${wait.title}`,
      wait.facts(this.recording.all()),
    );
  }
}
