// What reads one queue or record and asks of each message what a subscription asks of events: dead letters, stand-ins.

import { wallClock } from '../hearing/clock.ts';
import { demandDuration } from '../hearing/duration.ts';
import { findRunningTest } from '../hearing/running-test/running-test.ts';
import { Session } from '../hearing/session.ts';
import type { Transport } from '../hearing/transport.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import { closeSession } from '../verbs/close.ts';
import { waitForNone } from '../verbs/exactly.ts';
import { waitForOne } from '../verbs/one.ts';

/** Something that is being read, message by message. */
export interface Reader<Message, Expected> extends AsyncDisposable {
  /**
   * Resolves with the first message that matches.
   * @throws EventNotReceivedError after `timeoutMs`
   */
  waitFor(expected: Expected, options?: WaitOptions): Promise<Message>;
  /**
   * Resolves when none that matches has come within the whole `timeoutMs`.
   * @throws UnexpectedEventError the moment there is one
   */
  expectNone(expected: Expected, options?: WaitOptions): Promise<void>;
  /** Every message so far. */
  all(): readonly Message[];
  /** Stops reading. */
  close(): Promise<void>;
}

/** @param where the function of the kit that opens it, for its errors */
export async function openReader<Message, Expected>(
  transport: Transport,
  { timeoutMs, where }: { readonly timeoutMs: number; readonly where: string },
): Promise<Reader<Message, Expected>> {
  demandDuration(timeoutMs, `${where}(): timeoutMs`);
  const session = await Session.open(transport, {
    clock: wallClock,
    timeoutMs,
    keep: 10_000,
    trustSilence: true,
    runningTest: findRunningTest,
    preparePage: () => void import('../page/missed.ts'),
  });
  const close = () => closeSession(session);
  const reader: Reader<Message, Expected> = {
    waitFor: (expected, options = {}) =>
      session.wait<Message>(reader.waitFor, options, (wait) => waitForOne(session, wait, expected)),
    expectNone: (expected, options = {}) =>
      session.wait<void>(reader.expectNone, options, (wait) => waitForNone(session, wait, { expected })),
    all() {
      const messages: readonly unknown[] = session.recording.all().map(({ message }) => message);
      return messages as readonly Message[];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return reader;
}
