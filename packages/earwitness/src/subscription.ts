// A subscription as a test holds it: one method for each verb. Everything heard since it was opened is kept, so a wait never misses
// what came before it; any number of waits run side by side, each with its own deadline.
import type { Ear } from './ear.ts';
import type { AnyEvents, Message, Received } from './event.ts';
import type { Expected, Matched } from './expectation/expected.ts';
import { waitForOne } from './verbs/one.ts';
import type { Wait, WaitOptions } from './wait.ts';

/** An open subscription. Close it with `unsubscribe()` or `await using`. */
export class Subscription<Events extends object = AnyEvents> {
  readonly #ear: Ear;

  constructor(ear: Ear) {
    this.#ear = ear;
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
    return this.#ear.wait<Matched<Events, E>>(this.waitForMessageMatching, options, (wait) =>
      waitForOne(this.#ear, wait as Wait<unknown>, expected),
    );
  }

  /** Every message so far, oldest first: events as objects, items that are no JSON object as their text. */
  messages(): readonly Message<Events>[] {
    return this.received().map(({ message }) => message);
  }

  /** The same with what the transport said of each: time, size, sequence number, route. */
  received(): readonly Received<Events>[] {
    const all: readonly unknown[] = this.#ear.recording.all();
    return all as readonly Received<Events>[];
  }

  /**
   * Closes the subscription and gives back every handle. Open waits end with SubscriptionClosedError. Calling it again is harmless.
   * @throws UnawaitedWaitError when a wait was started that nobody awaited
   */
  unsubscribe(): Promise<void> {
    return this.#ear.close();
  }

  /** The same as `unsubscribe()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }
}
