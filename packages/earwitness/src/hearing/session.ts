// What a subscription holds: its open transports, what came over them, and every open wait. It knows whether the result
// of a wait can still be trusted. The verbs (verbs/) are written on top of it. It refuses to guess: when the connection
// is gone, waits end with what broke, never with "did not arrive".
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import { busOfTopic } from '@earwitness/protocol/internal/relay/names';
import { CallSite } from '../call-site.ts';
import { ConnectionLostError, EarwitnessError, SubscriptionClosedError } from '../errors.ts';
import { parseMessage, type Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { CanaryProof } from './canary-proof.ts';
import type { Clock } from './clock.ts';
import { refusalOfOptions, refusalOfSignal, refusalOfTime } from './duration.ts';
import type { JournalExcerpt } from './journal-excerpt.ts';
import { keepProcessAlive } from './keep-process-alive.ts';
import { openTransports } from './open-transports.ts';
import { observeRequests } from './own-requests.ts';
import { probeId } from './probe.ts';
import { Recording } from './recording.ts';
import { joinCompany, leaveCompany } from './running-test/company.ts';
import type { RunningTest } from './running-test/running-test.ts';
import { endAfterTest, endWithTest } from './running-test/test-limit.ts';
import type { Gap, Item, OpenTransport, SendCanary, Transport } from './transport.ts';
import { markReported } from './unawaited-failures.ts';
import { beginWait, type VerbOptions, type Wait } from './wait.ts';

/** What a session needs to know; `subscribe()` finds it out. */
export interface SessionSettings {
  readonly clock: Clock;
  /** Default of every wait, ms. */
  readonly timeoutMs: number;
  /** How many messages are kept at least. */
  readonly keep: number;
  /** Sends an event over the whole road to here; absent when the kit cannot publish. */
  readonly sendCanary?: SendCanary;
  /** Only messages that meet this are kept; the rest belong to other tests. */
  readonly only?: Expectation;
  /** Only messages of this trace are kept: its root. */
  readonly trace?: string;
  /** URL of the queue that failed deliveries go to; pages look into it. */
  readonly deadLetterQueue?: string;
  /** The journal so far, when it does not come from a running cloud: in a replay. */
  readonly journal?: () => JournalExcerpt;
  /** The test that waits, asked when a wait begins; absent where no runner is asked. */
  readonly runningTest?: () => RunningTest | undefined;
  /** Called when a wait would outlast its test: what its page needs is loaded while there is time. */
  readonly preparePage?: () => void;
  /** Called when a wait has failed. */
  readonly onFailed?: (wait: Pick<Wait<never>, 'title' | 'frames'>, error: EarwitnessError) => void;
  /** Called when the subscription has been closed, with every wait there was. */
  readonly onClosed?: (session: Session, waits: readonly Wait<never>[]) => Promise<void>;
  /**
   * Silence can be trusted even when nothing was ever heard: what is read is itself the end of a road, and says when
   * there is nothing.
   */
  readonly trustSilence?: boolean;
}

/** A gap, and the name of the transport that reported it. */
export interface NamedGap extends Gap {
  readonly route: string;
}

/** Open transports with everything that was heard on them. */
export class Session {
  readonly transports: readonly Transport[];
  readonly recording: Recording;
  readonly clock: Clock;
  readonly gaps: NamedGap[] = [];
  readonly trustSilence: boolean;
  /** The test that opened it; undefined outside of one. */
  readonly test: RunningTest | undefined;
  readonly deadLetterQueue: string | undefined;
  readonly journal: (() => JournalExcerpt) | undefined;
  readonly trace: string | undefined;
  readonly #only: Expectation | undefined;
  readonly #settings: SessionSettings;
  readonly #allWaits: Wait<never>[] = [];
  readonly #buses: ReadonlyMap<Transport, string | undefined>;
  #filteredOutCount = 0;
  #lastEndedAt = 0;
  #openedAt: number;
  readonly #timeoutMs: number;
  readonly #canaryProof: CanaryProof;
  readonly #waits = new Set<Wait<never>>();
  #openTransport: OpenTransport | undefined;
  #interruption: Error | undefined;
  #closing: Promise<readonly Wait<never>[]> | undefined;

  private constructor(transports: readonly Transport[], settings: SessionSettings) {
    this.transports = transports;
    this.#buses = new Map(transports.map((one) => [one, one.bus ?? busOfTopic(one.topic ?? '')]));
    this.clock = settings.clock;
    this.recording = new Recording(settings.keep);
    this.#timeoutMs = settings.timeoutMs;
    this.#canaryProof = new CanaryProof(transports, settings.clock, settings.sendCanary);
    this.deadLetterQueue = settings.deadLetterQueue;
    this.journal = settings.journal;
    this.#only = settings.only;
    this.trace = settings.trace;
    this.#settings = settings;
    this.test = settings.runningTest?.();
    this.trustSilence = settings.trustSilence ?? false;
    this.#openedAt = settings.clock.now();
  }

  /** Opens the transports; resolves once everything published from now on will be heard. */
  static async open(
    transports: Transport | readonly Transport[],
    settings: SessionSettings,
    signal?: AbortSignal,
  ): Promise<Session> {
    signal?.throwIfAborted();
    if (process.env['EARWITNESS_URL']) observeRequests();
    const session = new Session([transports].flat(), settings);
    const listener = {
      item: (item: Item, transport: Transport) => session.#receive(item, transport),
      gap: (gap: Gap, { name }: Transport) => session.gaps.push({ ...gap, route: name }),
      interrupted: (cause: Error) => session.#interrupt(cause),
      resumed: () => {
        session.#interruption = undefined;
      },
    };
    session.#openTransport = await openTransports(session.transports, listener, signal);
    session.#openedAt = session.clock.now();
    joinCompany(session);
    if (!session.#canaryProof.canProve) return session;
    try {
      await session.#canaryProof.proveAtStart(signal);
    } catch (error) {
      // Not `close()`: nobody had the session, so that there is nothing to tell of it but the error.
      leaveCompany(session);
      await session.#openTransport.close();
      throw error;
    }
    return session;
  }

  /** What is listened to, for people: the transports' names. */
  get name(): string {
    return this.transports.map(({ name }) => name).join(' and ');
  }

  /** What `only` and `trace` keep, and how many messages they left out; undefined without them. */
  get filteredOut(): { readonly only: string; readonly count: number } | undefined {
    const kept = [this.#only?.text, this.trace && `of trace ${this.trace}`].filter((text) => text !== undefined);
    return kept.length === 0 ? undefined : { only: kept.join(' and '), count: this.#filteredOutCount };
  }

  /** From when on everything published was sure to be heard, epoch ms; times on a page count from here. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** How long the last canary took over the whole road, ms; undefined when none came back yet. */
  get roadMs(): number | undefined {
    return this.#canaryProof.ms;
  }

  /** Every route can be proven by a canary. */
  get canSendCanary(): boolean {
    return this.#canaryProof.canProve;
  }

  /**
   * Sends a canary. Resolves with the time it took, in ms, once it is heard on every route; the caller sets the limit.
   */
  proveRoad(): Promise<number> {
    return this.#canaryProof.prove();
  }

  /** Why messages may be missing among those kept; undefined when none are. */
  get lossReason(): string | undefined {
    const { evicted } = this.recording;
    if (evicted > 0) return `the oldest ${evicted} messages had to be dropped; raise "keep"`;
    const [gap] = this.gaps;
    const where = this.transports.length === 1 ? '' : ` on ${gap?.route}`;
    return gap && `messages were lost${where} (${gap.reason})`;
  }

  /** Why nothing can be heard at the moment; undefined when everything can. */
  get interruption(): Error | undefined {
    return this.#interruption;
  }

  /**
   * Opens a wait for a verb and lets `begin` look at the past and watch the future. Whatever `begin` throws ends the
   * wait. Options that are none, or a time that is not valid, end it with a ConfigurationError, even when a match was
   * heard.
   * @param verb the public function the test called, where its stack is to begin
   */
  wait<T>(verb: (...args: never[]) => unknown, options: VerbOptions, begin: (wait: Wait<T>) => void): Promise<T> {
    const { timeName = 'timeoutMs' } = options ?? {};
    const noOptions = refusalOfOptions(options, verb, timeName);
    const { timeoutMs = timeName === 'forMs' ? undefined : this.#timeoutMs, signal } = noOptions ? {} : options;
    const refusal = noOptions ?? refusalOfTime(timeoutMs, verb, timeName) ?? (signal && refusalOfSignal(signal, verb));
    const { wait, promise } = beginWait<T>(this.clock.now, refusal ? 0 : (timeoutMs ?? 0));
    this.#waits.add(wait);
    wait.followsAt = this.#lastEndedAt;
    wait.onDone(() => {
      this.#lastEndedAt = wait.endedAt ?? 0;
      this.#waits.delete(wait);
      markReported(wait);
    });
    const { onClosed, onFailed, runningTest, preparePage } = this.#settings;
    if (onFailed) wait.onFailed((error) => this.#reportFailure(wait, error));
    try {
      if (refusal) throw refusal;
      if (signal) wait.abortOn(signal);
      if (!this.#closing && !wait.settled) begin(wait);
    } catch (error) {
      wait.reject(error);
    }
    if (onClosed) this.#allWaits.push(wait);
    else if (wait.met) return promise;
    // Most waits are met by what is there already; only for the others is it recorded where they were started.
    wait.site = new CallSite(verb);
    wait.test = runningTest?.();
    if (wait.met) return promise;
    if (wait.test) endWithTest(wait, wait.test, { clock: this.clock, preparePage });
    if (this.#closing) wait.reject(this.#closedError(wait));
    else if (this.#interruption) wait.reject(this.#lostError(wait, this.#interruption));
    return promise;
  }

  /**
   * Closes the transports. Open waits end with SubscriptionClosedError.
   * @returns the waits that were never awaited; verbs/close.ts makes an error of them
   */
  close(): Promise<readonly Wait<never>[]> {
    // An open session does not keep the process alive, but what closing returns (messages, rules, queues) has to be
    // returned.
    this.#closing ??= keepProcessAlive(this.#close());
    return this.#closing;
  }

  async #close(): Promise<readonly Wait<never>[]> {
    const unawaited = [...this.#waits].filter((wait) => !wait.awaited);
    for (const wait of this.#waits) {
      if (!wait.awaited) wait.markHandled();
      else if (wait.test?.isOver?.() && wait.canBeCutOff) await endAfterTest(wait, wait.test);
      wait.reject(this.#closedError(wait));
      markReported(wait);
    }
    this.#waits.clear();
    leaveCompany(this);
    await this.#openTransport?.close();
    await this.#settings.onClosed?.(this, this.#allWaits);
    return unawaited;
  }

  #receive(item: Item, transport: Transport): void {
    const message = parseMessage(item.text);
    const probe = probeId(message);
    if (probe !== undefined) {
      this.#canaryProof.received(probe, transport);
      return;
    }
    if ((this.#only && !this.#only.matches(message)) || (this.trace && rootOf(item.traceHeader) !== this.trace)) {
      this.#filteredOutCount++;
      return;
    }
    const { sequenceNumber, traceHeader } = item;
    const index = this.recording.length;
    const receivedAt = this.clock.now();
    const sizeBytes = Buffer.byteLength(item.text);
    const { name: route, topic = route } = transport;
    const bus = this.#buses.get(transport);
    // Two literals instead of a spread: this is the one place that runs for every message.
    const received: Received =
      sequenceNumber === undefined
        ? { message, index, receivedAt, sizeBytes, topic, route, bus }
        : { message, index, receivedAt, sizeBytes, topic, route, bus, sequenceNumber };
    this.recording.add(traceHeader === undefined ? received : { ...received, traceHeader });
  }

  #interrupt(cause: Error): void {
    this.#interruption = cause;
    for (const wait of this.#waits) wait.reject(this.#lostError(wait, cause));
  }

  #reportFailure(wait: Wait<never>, error: unknown): void {
    if (error instanceof EarwitnessError && !(error instanceof SubscriptionClosedError))
      this.#settings.onFailed?.(wait, error);
  }

  #lostError(wait: Wait<never>, cause: Error): ConnectionLostError {
    return new ConnectionLostError(
      `the connection was lost while waiting for ${wait.title}, so it is unknown whether it came: ${cause.message}`,
      { cause, ...wait.facts(this.recording.all()) },
    );
  }

  #closedError(wait: Wait<never>): SubscriptionClosedError {
    const when = wait.question ? `while waiting for ${wait.title}` : 'before this wait began';
    return new SubscriptionClosedError(`the subscription was closed ${when}`, wait.facts(this.recording.all()));
  }
}
