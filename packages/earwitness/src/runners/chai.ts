// chai 5 and 6, for mocha and other runners that use it: `use(earwitness)` adds `receive` and its companions. As always
// with promises in chai, the assertion is awaited: `await expect(events).to.receive(…)`.
import { EventNotReceivedError, UnexpectedEventError } from '../errors.ts';
import type { KnownEvents } from '../event.ts';
import type { StandardSchema } from '../expectation/decider.ts';
import type { Expected } from '../expectation/expected.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import type { Subscription } from '../subscription.ts';
import type { SettleOptions } from '../verbs/exactly.ts';
import { type MatcherAnswer, type MatcherContext, matchers } from './matchers.ts';

/** What `expect(events)` offers: chai's assertions and ours. */
export interface EventAssertion<Events extends object = KnownEvents> {
  /** A match has come or comes within the time-out. With `.not`: none has come and none will. */
  receive(expected: Expected<Events>, options?: WaitOptions & SettleOptions): Promise<void>;
  /** Exactly `count` matches come. */
  receiveTimes(count: number, expected: Expected<Events>, options?: WaitOptions & SettleOptions): Promise<void>;
  /** A match for each step comes, each after the one before. */
  receiveInOrder(steps: readonly Expected<Events>[], options?: WaitOptions): Promise<void>;
  /** A message that the schema accepts comes. */
  receiveMatching(schema: StandardSchema, options?: WaitOptions & SettleOptions): Promise<void>;
  /** As in chai: it only reads well. */
  readonly to: Chai.Assertion & EventAssertion<Events>;
  /** None has come and none will. */
  readonly not: Chai.Assertion & EventAssertion<Events>;
}

declare global {
  // biome-ignore lint/style/noNamespace: @types/chai declares its assertions in one
  namespace Chai {
    interface ExpectStatic {
      // biome-ignore lint/style/useShorthandFunctionType: an interface merges with the runner's, a type does not
      <Events extends object>(events: Subscription<Events>, message?: string): Chai.Assertion & EventAssertion<Events>;
    }
  }
}

type Matcher<Args extends unknown[]> = (
  this: MatcherContext,
  events: Subscription,
  ...args: Args
) => Promise<MatcherAnswer>;

/** The plugin: `use(earwitness)`. */
export const earwitness: Chai.ChaiPlugin = ({ Assertion, AssertionError }, { flag }) => {
  const add = <Args extends unknown[]>(name: string, matcher: Matcher<Args>) => {
    Assertion.addMethod(name, function (this: Chai.AssertionStatic, ...args: Args) {
      const isNot = Boolean(flag(this, 'negate'));
      return matcher.call({ isNot }, flag(this, 'object'), ...args).catch((error: unknown) => {
        // What decides the question is a failed assertion; a lost connection or an inconclusive wait is none.
        const isDecided = error instanceof EventNotReceivedError || error instanceof UnexpectedEventError;
        throw isDecided ? new AssertionError(error.message) : error;
      });
    });
  };
  add('receive', matchers.toReceive);
  add('receiveTimes', matchers.toReceiveTimes);
  add('receiveInOrder', matchers.toReceiveInOrder);
  add('receiveMatching', matchers.toReceiveMatching);
};
