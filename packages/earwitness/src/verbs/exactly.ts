// Wait for a number of matches and not one more; none is the case of zero. Fails the moment there is one too many; passes only when
// silence may be believed (settle.ts).

import { InconclusiveError } from '../errors.ts';
import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { ExpectationError } from '../expectation/expectation.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Ear } from '../hearing/ear.ts';
import type { Wait } from '../hearing/wait.ts';
import { outputOf } from './one.ts';
import { whenSettled } from './settle.ts';

/** Options of the verbs that say what does not come. */
export interface SettleOptions {
  /** Wait the whole `timeoutMs`, although a canary would answer earlier. */
  readonly strict?: boolean;
}

/** What is awaited, and what the wait resolves with, made of the matches in the order in which they came. */
export interface ExactlyOptions<T> extends SettleOptions {
  readonly count: number;
  readonly expected: unknown;
  readonly answer: (matches: unknown[]) => T;
}

/** Resolves the wait when so many have come and no more will. */
export function waitForExactly<T>(
  ear: Ear,
  wait: Wait<T>,
  { count, expected, answer, strict = false }: ExactlyOptions<T>,
): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new ExpectationError(`exactly() needs a whole number, but got ${count}.`);
  }
  if (strict || !ear.canSendCanary) checkEnding(wait.timeoutMs, wait.timeName);
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'exactly', expectation, count });
  const found: Received[] = [];
  const fail = () =>
    wait.failWith(async () => {
      const { countError } = await import('../page/count.ts');
      return countError({ ear, wait, expectation, count, found });
    });
  let settling = false;
  const settle = () => {
    if (settling) return;
    settling = true;
    whenSettled(ear, wait, strict, () => {
      const { doubt } = ear;
      if (doubt)
        wait.reject(
          new InconclusiveError(`cannot tell about ${wait.title}: ${doubt}`, wait.facts(ear.recording.all())),
        );
      else wait.resolve(answer(found.map((one) => outputOf(expectation, one))));
    });
  };
  const hear = (received: Received) => {
    found.push(received);
    if (found.length > count) fail();
    else if (found.length === count) settle();
  };
  for (const received of ear.recording.matching(expectation)) hear(received);
  if (found.length > count) return;
  wait.onSettled(ear.recording.watch(expectation, { hear, fail: (error) => wait.reject(error) }));
  if (count === 0) settle();
  else
    wait.expireWith(ear.clock, () => {
      if (found.length < count) fail();
    });
}
