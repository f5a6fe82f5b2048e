// What a test holds of a partner's server: the server, and a session on it.
import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';
import { wallClock } from '../hearing/clock.ts';
import { demandDuration } from '../hearing/duration.ts';
import { Session } from '../hearing/session.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import { DEFAULT_TIMEOUT_MS } from '../settings.ts';
import { closeSession } from '../verbs/close.ts';
import { waitForNone } from '../verbs/exactly.ts';
import { waitForOne } from '../verbs/one.ts';
import { type DestinationAnswers, parseAnswers } from './answer.ts';
import { compileRequest, type DestinationRequest, type ExpectedRequest } from './request.ts';
import { DestinationServer } from './server.ts';

/** How a fake destination is made; nothing has to be said. */
export interface FakeDestinationOptions {
  /** The port on 127.0.0.1 that a template or a configuration names. Default 0: any free one, which `url` tells. */
  readonly port?: number;
  /** What it answers. Default 200. */
  readonly answers?: DestinationAnswers;
  /** How long each wait waits unless it says otherwise, in ms, 0 or more. Default 3000. */
  readonly timeoutMs?: number;
  /**
   * The address under which callers elsewhere reach this port, such as that of a tunnel: `url` is this one then, and no
   * local cloud is needed.
   */
  readonly publicUrl?: string;
}

/** A server that answers by a script and keeps what it received. */
export interface FakeDestination extends AsyncDisposable {
  /** Its address without a slash at the end: `http://127.0.0.1:4599`. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly DestinationRequest[];
  /**
   * Resolves with the first request that matches: one that already came, or the next one to come.
   * @throws EventNotReceivedError after `timeoutMs`, with a page that has the nearest request
   * @example
   * await using partner = await fakeDestination({ port: 4599 });
   * await partner.waitForRequestMatching({ method: 'POST', path: '/shipments', body: { orderId: id } });
   */
  waitForRequestMatching(expected: ExpectedRequest, options?: WaitOptions): Promise<DestinationRequest>;
  /**
   * Resolves when none that matches has come within the whole `timeoutMs`.
   * @throws UnexpectedEventError the moment there is one
   */
  expectNone(expected: ExpectedRequest, options?: WaitOptions): Promise<void>;
  /**
   * Answers by another script from now on.
   * @throws ConfigurationError for an answer that cannot be given
   */
  answerWith(answers: DestinationAnswers): void;
  /**
   * Stops listening; requests without an answer lose their connection. Calling it again is harmless.
   * @throws UnawaitedWaitError when a wait was started and never awaited
   * @throws ConfigurationError when the script threw
   */
  close(): Promise<void>;
}

/** @throws ConfigurationError when the port cannot be listened on, or an option is none */
export async function openDestination(options: FakeDestinationOptions): Promise<FakeDestination> {
  const { port = 0, answers = 200, timeoutMs = DEFAULT_TIMEOUT_MS, publicUrl } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError(
      `fakeDestination(): port must be a whole number from 0 to 65535, but is ${printValue(port)}.`,
    );
  }
  demandDuration(timeoutMs, 'fakeDestination(): timeoutMs');
  const server = new DestinationServer({ port, script: parseAnswers(answers), clock: wallClock });
  const session = await Session.open(server, { clock: wallClock, timeoutMs, keep: 10_000, trustSilence: true });
  const close = async () => {
    await closeSession(session);
    if (server.scriptError === undefined) return;
    throw new ConfigurationError(`The script of fakeDestination() threw ${String(server.scriptError)}`, {
      cause: server.scriptError,
    });
  };
  const partner: FakeDestination = {
    url: (publicUrl ?? server.url).replace(/\/$/, ''),
    get requests() {
      const messages: readonly unknown[] = session.recording.all().map(({ message }) => message);
      return messages as readonly DestinationRequest[];
    },
    waitForRequestMatching: (expected, limits = {}) =>
      session.wait<DestinationRequest>(partner.waitForRequestMatching, limits, (wait) =>
        waitForOne(session, wait, compileRequest(expected)),
      ),
    expectNone: (expected, limits = {}) =>
      session.wait<void>(partner.expectNone, limits, (wait) =>
        waitForNone(session, wait, { expected: compileRequest(expected) }),
      ),
    answerWith(next) {
      server.script = parseAnswers(next);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return partner;
}
