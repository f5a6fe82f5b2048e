// The matchers of all runners, written once: what they wait for, and the page when it does not come. A runner's file
// hands them to its `expect` and declares their types. With `.not` a matcher asks the opposite question of the
// subscription (`expectNone`); it never merely inverts a result, because "did not come in time" does not prove "does
// not come".
import type { KnownEvents } from '../event.ts';
import type { StandardSchema } from '../expectation/decider.ts';
import type { Expected } from '../expectation/expected.ts';
import { link } from '../hearing/observed-promise.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import type { Subscription } from '../subscription.ts';
import type { SettleOptions } from '../verbs/exactly.ts';

/** What a matcher returns: `pass` is never inverted for `.not`, the runner does that. */
export interface MatcherAnswer {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The part of a runner's matcher context that is used: the same in vitest, jest and Playwright. */
export interface MatcherContext {
  readonly isNot?: boolean | undefined;
}

type Options = WaitOptions & SettleOptions;

/**
 * A subscription to events of any map, as Playwright needs it: there, a matcher exists only for values that its first
 * parameter accepts.
 */
type Heard = Pick<Subscription, 'unsubscribe'>;

/** The events of the value passed to `expect`: a subscription's own, or those of the project. */
export type EventsOf<Actual> = Actual extends Subscription<infer Events> ? Events : KnownEvents;

/** The matchers as a test writes them; each runner's file adds them to the types of its `expect`. */
export interface ReceiveMatchers<Events extends object = KnownEvents> {
  /** A match has come or comes within the time-out. With `.not`: none has come and none will. */
  toReceive(expected: Expected<Events>, options?: Options): Promise<void>;
  /** Exactly `count` matches come. */
  toReceiveTimes(count: number, expected: Expected<Events>, options?: Options): Promise<void>;
  /** A match for each step comes, each after the one before. */
  toReceiveInOrder(steps: readonly Expected<Events>[], options?: WaitOptions): Promise<void>;
  /** A message that the schema accepts comes. */
  toReceiveMatching(schema: StandardSchema, options?: Options): Promise<void>;
}

/** `expect(events).toReceive(expected)`: a match has come or comes. With `.not`: none has come and none will. */
export function toReceive(
  this: MatcherContext,
  events: Heard,
  expected: Expected,
  options: Options = {},
): Promise<MatcherAnswer> {
  const subscription = demandSubscription(events, 'toReceive');
  return this.isNot
    ? answer(subscription.expectNone(expected, options), true)
    : answer(subscription.waitForMessageMatching(expected, options));
}

/** `expect(events).toReceiveTimes(2, expected)`: exactly so many, and no more will come. */
export function toReceiveTimes(
  this: MatcherContext,
  events: Heard,
  count: number,
  expected: Expected,
  options: Options = {},
): Promise<MatcherAnswer> {
  refuseNot(this, 'toReceiveTimes', 'not.toReceive(expected)');
  return answer(demandSubscription(events, 'toReceiveTimes').exactly(count, expected, options));
}

/** `expect(events).toReceiveInOrder([first, second])`: each after the one before. */
export function toReceiveInOrder(
  this: MatcherContext,
  events: Heard,
  steps: readonly Expected[],
  options: WaitOptions = {},
): Promise<MatcherAnswer> {
  refuseNot(this, 'toReceiveInOrder', 'messages()');
  return answer(demandSubscription(events, 'toReceiveInOrder').waitForSequence(steps, options));
}

/** `expect(events).toReceiveMatching(schema)`: a message that a Standard Schema accepts. */
export function toReceiveMatching(
  this: MatcherContext,
  events: Heard,
  schema: StandardSchema,
  options: Options = {},
): Promise<MatcherAnswer> {
  const subscription = demandSubscription(events, 'toReceiveMatching');
  return this.isNot
    ? answer(subscription.expectNone(schema, options), true)
    : answer(subscription.waitForMessageMatching(schema, options));
}

/** All matchers, for `expect.extend`. */
export const matchers = { toReceive, toReceiveTimes, toReceiveInOrder, toReceiveMatching };

/**
 * Turns a verb's success into a matcher's result. Its error is the matcher's, so that a page has the same name in front
 * whether a verb or a matcher failed; of a result that does not pass, a runner makes an `Error`. The verb counts as
 * awaited when the test awaits what the runner makes of the result.
 */
function answer(verb: Promise<unknown>, negated = false): Promise<MatcherAnswer> {
  return link(
    verb,
    () => ({ pass: !negated, message: () => 'it was received' }),
    (error) => {
      throw error;
    },
  );
}

function demandSubscription(events: Heard, matcher: string): Subscription {
  const isSubscription = typeof events === 'object' && events !== null && 'waitForMessageMatching' in events;
  if (isSubscription) return events as Subscription;
  throw new TypeError(`expect(…).${matcher}() needs a subscription: const events = await subscribe()`);
}

function refuseNot(context: MatcherContext, matcher: string, instead: string): void {
  if (context.isNot) throw new TypeError(`.not.${matcher}() could mean several things; use ${instead}.`);
}
