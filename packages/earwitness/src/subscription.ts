// A subscription as a test holds it: one method for each verb. Everything heard since it was opened is kept, so a wait
// never misses what came before it; any number of waits run side by side, each with its own deadline.

import type { KnownEvents, Message, Received } from './event.ts';
import { anyMessage } from './expectation/compile.ts';
import type { Expectation } from './expectation/expectation.ts';
import type { Expected, Matched } from './expectation/expected.ts';
import type { Session } from './hearing/session.ts';
import type { WaitOptions } from './hearing/wait.ts';
import { closeSession } from './verbs/close.ts';
import { type SettleOptions, waitForExactly, waitForNone } from './verbs/exactly.ts';
import { iterate } from './verbs/iterate.ts';
import { collect, waitForMany, waitForSequence } from './verbs/many.ts';
import { waitForOne } from './verbs/one.ts';
import { waitForSilence } from './verbs/silence.ts';

/** An open subscription. Close it with `unsubscribe()` or `await using`. */
export class Subscription<Events extends object = KnownEvents> {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    // Methods are bound, because many write `const { waitForMessageMatching, unsubscribe } = await subscribe()`.
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(verbs))) {
      if (typeof value === 'function' && name !== 'constructor')
        Object.defineProperty(this, name, { value: value.bind(this) });
    }
  }

  /**
   * Resolves with the first message that matches: one that already came, or the next one to come.
   *
   * @param expected a partial event, a predicate, a regular expression or a schema
   * @throws EventNotReceivedError after `timeoutMs`: what was expected, and everything that did arrive, nearest first
   * @throws ConnectionLostError as soon as the transport has lost its connection; `cause` says why
   * @example
   * await events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreated', detail: { id } });
   */
  waitForMessageMatching<const E extends Expected<Events>>(
    expected: E,
    options: WaitOptions = {},
  ): Promise<Matched<Events, E>> {
    return this.#session.wait<Matched<Events, E>>(verbs.waitForMessageMatching, options, (wait) =>
      waitForOne(this.#session, wait, expected),
    );
  }

  /**
   * Resolves with the first `count` messages that match, in the order in which they came; without an expectation, any.
   * @throws EventNotReceivedError after `timeoutMs`, saying how many there were
   */
  waitFor<const E extends Expected<Events> = Expectation>(
    count: number,
    expected?: E,
    options: WaitOptions = {},
  ): Promise<Matched<Events, E>[]> {
    return this.#session.wait<Matched<Events, E>[]>(verbs.waitFor, options, (wait) =>
      waitForMany(this.#session, wait, count, expected ?? anyMessage),
    );
  }

  /**
   * Resolves once a match for each step has come, each after the one before; others may come between. EventBridge
   * promises no order between events: use this for what your system itself puts in order (a reaction after its cause),
   * `Promise.all` for the rest.
   * @throws EventNotReceivedError after `timeoutMs`, naming the missing step, and whether it came too early
   */
  waitForSequence<const Steps extends readonly Expected<Events>[]>(
    steps: Steps,
    options: WaitOptions = {},
  ): Promise<{ [Index in keyof Steps]: Matched<Events, Steps[Index]> }> {
    type Matches = { [Index in keyof Steps]: Matched<Events, Steps[Index]> };
    return this.#session.wait<Matches>(verbs.waitForSequence, options, (wait) =>
      waitForSequence(this.#session, wait, steps),
    );
  }

  /**
   * Resolves with the matches once exactly `count` have come and no more will. With a canary it resolves as soon as one
   * that was sent after the last match is back. Without, it takes the whole `timeoutMs`, which may then not be
   * Infinity.
   * @throws UnexpectedEventError the moment there is one too many
   * @throws EventNotReceivedError after `timeoutMs` when there are too few
   * @throws InconclusiveError when messages were lost, or the route is dead
   */
  exactly<const E extends Expected<Events>>(
    count: number,
    expected: E,
    options: WaitOptions & SettleOptions = {},
  ): Promise<Matched<Events, E>[]> {
    const { strict = false } = options;
    return this.#session.wait<Matched<Events, E>[]>(verbs.exactly, options, (wait) =>
      waitForExactly(this.#session, wait, { count, expected, strict }),
    );
  }

  /**
   * Resolves when nothing that matches has come and nothing will: see `exactly`. Everything since the subscription was
   * opened counts.
   * @throws UnexpectedEventError the moment one comes
   * @throws InconclusiveError on a route where nothing was ever heard: there, silence is no evidence
   */
  expectNone(expected: Expected<Events>, options: WaitOptions & SettleOptions = {}): Promise<void> {
    const { strict = false } = options;
    return this.#session.wait<void>(verbs.expectNone, options, (wait) =>
      waitForNone(this.#session, wait, { expected, strict }),
    );
  }

  /**
   * Resolves once nothing at all has come for `quietMs` (0 or more, not Infinity; default 250).
   * @throws UnexpectedEventError when it was never quiet within `timeoutMs`
   */
  waitForSilence(options: WaitOptions & { readonly quietMs?: number } = {}): Promise<void> {
    return this.#session.wait<void>(verbs.waitForSilence, options, (wait) =>
      waitForSilence(this.#session, wait, options.quietMs ?? 250),
    );
  }

  /**
   * Listens for `forMs` (ms, 0 or more, not Infinity) and resolves with every match since the subscription was opened;
   * without an expectation, all.
   */
  collect<const E extends Expected<Events> = Expectation>(
    options: { readonly forMs: number; readonly signal?: AbortSignal },
    expected?: E,
  ): Promise<Matched<Events, E>[]> {
    const limits = { ...options, timeoutMs: options?.forMs, timeName: 'forMs' };
    return this.#session.wait<Matched<Events, E>[]>(verbs.collect, limits, (wait) =>
      collect(this.#session, wait, expected ?? anyMessage),
    );
  }

  /**
   * Every message from the first on, until the subscription is closed or the loop is left.
   * @throws ConnectionLostError when the connection is lost meanwhile
   * @example
   * for await (const message of events) {
   *   if (typeof message === 'object' && message['detail-type'] === 'OrderShipped') break;
   * }
   */
  [Symbol.asyncIterator](): AsyncIterator<Message<Events>, undefined> {
    return iterate(this.#session) as AsyncIterator<Message<Events>, undefined>;
  }

  /** How long the last canary took over the whole road, in ms; undefined without one. */
  get roadMs(): number | undefined {
    return this.#session.roadMs;
  }

  /** Every message so far, oldest first: events as objects, items that are not JSON objects as their text. */
  messages(): readonly Message<Events>[] {
    return this.received().map(({ message }) => message);
  }

  /** The same with what the transport knows about each: time, size, sequence number, route. */
  received(): readonly Received<Events>[] {
    const all: readonly unknown[] = this.#session.recording.all();
    return all as readonly Received<Events>[];
  }

  /**
   * Closes the subscription and gives back every handle. Open waits end with SubscriptionClosedError. Calling it again
   * is harmless.
   * @throws UnawaitedWaitError when a wait was started and never awaited
   */
  unsubscribe(): Promise<void> {
    return closeSession(this.#session);
  }

  /** The same as `unsubscribe()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }
}

// The unbound methods: stack traces are cut at the method that the test called, and a bound copy would not be found.
const verbs = Subscription.prototype;
