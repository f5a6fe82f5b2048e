// chai 5 and 6, for mocha and whoever else asserts with it: `use(earwitness)` adds `receive` and its companions. As everywhere with
// promises in chai, the assertion is awaited: `await expect(events).to.receive(…)`.
import type { AnyEvents } from '../event.ts';
import type { Expected } from '../expectation/expected.ts';
import type { StandardSchema } from '../expectation/schema.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import type { SettleOptions } from '../verbs/exactly.ts';
import { type MatcherAnswer, type MatcherContext, matchers } from './matchers.ts';

declare global {
  // biome-ignore lint/style/noNamespace: @types/chai declares its assertions in one
  namespace Chai {
    interface Assertion {
      /** A match has come or comes within the time-out. With `.not`: none has come and none will. */
      receive(expected: Expected<AnyEvents>, options?: WaitOptions & SettleOptions): Promise<void>;
      /** Exactly `count` matches come. */
      receiveTimes(count: number, expected: Expected<AnyEvents>, options?: WaitOptions & SettleOptions): Promise<void>;
      /** A match for each step comes, each after the one before. */
      receiveInOrder(steps: readonly Expected<AnyEvents>[], options?: WaitOptions): Promise<void>;
      /** A message that the schema accepts comes. */
      receiveMatching(schema: StandardSchema, options?: WaitOptions & SettleOptions): Promise<void>;
    }
  }
}

type Matcher<Args extends unknown[]> = (this: MatcherContext, events: unknown, ...args: Args) => Promise<MatcherAnswer>;

/** The plugin: `use(earwitness)`. */
export const earwitness: Chai.ChaiPlugin = ({ Assertion, AssertionError }, { flag }) => {
  const add = <Args extends unknown[]>(name: string, matcher: Matcher<Args>) => {
    Assertion.addMethod(name, async function (this: Chai.AssertionStatic, ...args: Args) {
      const isNot = Boolean(flag(this, 'negate'));
      const { pass, message } = await matcher.call({ isNot }, flag(this, 'object'), ...args);
      if (pass === isNot) throw new AssertionError(message());
    });
  };
  add('receive', matchers.toReceive);
  add('receiveTimes', matchers.toReceiveTimes);
  add('receiveInOrder', matchers.toReceiveInOrder);
  add('receiveMatching', matchers.toReceiveMatching);
};
