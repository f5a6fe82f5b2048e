// Wait for a number of matches and not one more; none is the case of zero. Fails the moment there is one too many;
// passes only when silence may be believed (settle.ts).

import { InconclusiveError } from '../errors.ts';
import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { type Expectation, ExpectationError } from '../expectation/expectation.ts';
import { printValue } from '../expectation/print.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { outputOf } from './output.ts';
import { whenSettled } from './settle.ts';

/** Options of the verbs that say what does not come. */
export interface SettleOptions {
  /** Wait the whole `timeoutMs`, even when a canary could settle it earlier. */
  readonly strict?: boolean;
}

/** What is awaited. */
export interface NoneOptions extends SettleOptions {
  readonly expected: unknown;
}

/** The same with how often. */
export interface ExactlyOptions extends NoneOptions {
  readonly count: number;
}

/** Resolves the wait with the matches, in the order in which they came, when so many have come and no more will. */
export function waitForExactly<T>(session: Session, wait: Wait<T[]>, options: ExactlyOptions): void {
  const { count, expected, strict = false } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new ExpectationError(`exactly() begins with a whole number, but got ${printValue(count)}.`);
  }
  const expectation = compileExpectation(expected);
  const settled = (found: readonly Received[]) => wait.resolve(found.map((one) => outputOf<T>(expectation, one)));
  awaitCount(session, wait, { verb: 'exactly', expectation, count, strict, settled });
}

/** Resolves the wait when no match has come and none will. */
export function waitForNone(session: Session, wait: Wait<void>, { expected, strict = false }: NoneOptions): void {
  const expectation = compileExpectation(expected);
  awaitCount(session, wait, { verb: 'expectNone', expectation, count: 0, strict, settled: () => wait.resolve() });
}

interface AwaitedCount {
  readonly verb: 'exactly' | 'expectNone';
  readonly expectation: Expectation;
  readonly count: number;
  readonly strict: boolean;
  /** Called with the matches when so many have come and no more will. */
  readonly settled: (found: readonly Received[]) => void;
}

function awaitCount(session: Session, wait: Wait<never>, options: AwaitedCount): void {
  const { verb, expectation, count, strict, settled } = options;
  if (strict || !session.canSendCanary) checkEnding(wait.timeoutMs, `${verb}(): timeoutMs`);
  wait.ask({ kind: 'exactly', expectation, count });
  const found: Received[] = [];
  const fail = () =>
    wait.failWith(async () => {
      const { countError } = await import('../page/count.ts');
      return countError({ session, wait, expectation, count, found });
    });
  let settling = false;
  const settle = () => {
    if (settling) return;
    settling = true;
    whenSettled(session, wait, strict, async () => {
      const reason = session.lossReason ?? (await standInReason(session));
      if (reason === undefined) settled(found);
      else {
        const facts = wait.facts(session.recording.all());
        wait.reject(new InconclusiveError(`cannot tell about ${wait.title}: ${reason}`, facts));
      }
    });
  };
  const onMatch = (received: Received) => {
    found.push(received);
    if (found.length > count) fail();
    else if (found.length === count) settle();
  };
  for (const received of session.recording.matching(expectation)) onMatch(received);
  if (found.length > count) return;
  wait.onSettled(session.recording.watch(expectation, { onMatch, onError: (error) => wait.reject(error) }));
  if (count === 0) settle();
  else
    wait.expireWith(session.clock, () => {
      if (found.length < count) fail();
    });
}

/** Why silence proves nothing where a local cloud has things that stand in; see page/journal/stand-ins.ts. */
async function standInReason({ openedAt, trustSilence }: Session): Promise<string | undefined> {
  if (trustSilence || !process.env['EARWITNESS_URL']) return undefined;
  const { reasonOfStandIns } = await import('../page/journal/stand-ins.ts');
  return reasonOfStandIns(openedAt);
}
