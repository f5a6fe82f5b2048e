// One wait: a promise with a deadline, an abort signal, and a record of whether it was awaited. It settles once;
// everything it holds (timer, watcher, signal listener) is released at that moment.

import type { ErrorFacts } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Clock } from './clock.ts';
import { ObservedPromise } from './observed-promise.ts';
import { type Question, titleOf } from './question.ts';
import type { RunningTest } from './running-test/running-test.ts';
import { reportAtExit } from './unawaited-failures.ts';

/** Limits of one wait. */
export interface WaitOptions {
  /**
   * How long to wait, in ms, 0 or more. Infinity: until the wait is met or the subscription closed. Default: the
   * subscription's `timeoutMs`.
   */
  readonly timeoutMs?: number;
  /** Ends the wait at once with the signal's reason. A runner's own signal (vitest: `context.signal`) fits. */
  readonly signal?: AbortSignal;
}

/** The same, as a verb passes them on. */
export interface VerbOptions extends WaitOptions {
  /** What the verb calls its time. Default `timeoutMs`. */
  readonly timeName?: string;
}

/** How a wait expires. */
export interface ExpireOptions {
  readonly extraMs?: number;
  readonly cutOff?: () => void;
}

/** Begins a wait: `wait` is the verb's side of it, `promise` the test's. */
export function beginWait<T>(
  now: () => number,
  timeoutMs: number,
): { readonly wait: Wait<T>; readonly promise: Promise<T> } {
  let settlers: Settlers<T> = { resolve: () => undefined, reject: () => undefined };
  const promise = new ObservedPromise<T>((resolve, reject) => {
    settlers = { resolve, reject };
  });
  return { wait: new Wait<T>(now, timeoutMs, { settlers, promise }), promise };
}

interface Promised<T> {
  readonly promise: ObservedPromise<unknown>;
  readonly settlers: Settlers<T>;
}

interface Settlers<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * An open wait, as the verb that started it sees it: it takes a value of T. What can only end a wait or describe it
 * (pages, a lost connection) takes a `Wait<never>`, which every wait is.
 */
export class Wait<in T> {
  /** Taken when the wait was not met at once. */
  site: { readonly frames: string } | undefined;
  /** The test that waits, where the runner tells it; also only when it was not met at once. */
  test: RunningTest | undefined;
  /** When the wait before it had ended and was awaited, epoch ms; 0 when it is the first of its subscription. */
  followsAt = 0;
  readonly startedAt: number;
  #question: Question | undefined;
  #timeoutMs: number;
  #cutBy: { readonly testMs: number | undefined; readonly timeoutMs: number } | undefined;
  readonly #whenCutOff: (() => void)[] = [];
  readonly #now: () => number;
  #endedAt: number | undefined;
  #met = false;
  #error: unknown;
  readonly #onFailed: ((error: unknown) => void)[] = [];
  readonly #onOutcome: (() => void)[] = [];
  readonly #releases: (() => void)[] = [];
  readonly #settlers: Settlers<T>;
  readonly #promise: ObservedPromise<unknown>;

  constructor(now: () => number, timeoutMs: number, { promise, settlers }: Promised<T>) {
    this.#now = now;
    this.startedAt = now();
    this.#timeoutMs = timeoutMs;
    this.#settlers = settlers;
    this.#promise = promise;
  }

  /** 0 or more; also 0 when the time that was given was refused. After a cut-off the time that it really had. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** Its test was about to end, with a time of so many ms if that is known, and so it ended before its own time. */
  get cutBy(): { readonly testMs: number | undefined; readonly timeoutMs: number } | undefined {
    return this.#cutBy;
  }

  /** What was awaited, for pages. */
  get title(): string {
    return this.#question ? titleOf(this.#question) : 'an event';
  }

  /** What was asked; undefined when the verb refused what it was given. */
  get question(): Question | undefined {
    return this.#question;
  }

  ask(question: Question): void {
    this.#question = question;
  }

  get frames(): string {
    return this.site?.frames ?? '';
  }

  get settled(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Epoch ms; undefined while the wait is open. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** What it was rejected with; undefined while it is open or when it was met. */
  get error(): unknown {
    return this.#error;
  }

  /** Settled, and not by an error. */
  get met(): boolean {
    return this.#met;
  }

  get awaited(): boolean {
    return this.#promise.awaited;
  }

  /** Calls `forget` once the wait has both settled and been awaited: the test has its outcome. */
  onDone(forget: () => void): void {
    this.#promise.onAwaited(() => this.onSettled(forget));
  }

  /** Calls `report` when the wait is rejected, with its reason. */
  onFailed(report: (error: unknown) => void): void {
    this.#onFailed.push(report);
  }

  /** Calls `run` when the test gets the outcome: with an error, after its page has been written. */
  onOutcome(run: () => void): void {
    if (this.#met || this.#error !== undefined) run();
    else this.#onOutcome.push(run);
  }

  /** Calls `release` when the wait settles; at once when it already has. */
  onSettled(release: () => void): void {
    if (this.settled) release();
    else this.#releases.push(release);
  }

  resolve(value: T): void {
    if (!this.#settle()) return;
    this.#met = true;
    for (const run of this.#onOutcome) run();
    this.#settlers.resolve(value);
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#rejectWith(reason);
  }

  /** Ends the wait now: from here on it can be neither met nor ended otherwise. Rejects once the error is written. */
  failWith(write: () => Promise<Error>): void {
    if (!this.#settle()) return;
    write().then(
      (error) => this.#rejectWith(error),
      (error) => this.#rejectWith(error),
    );
  }

  /** Rejects with the signal's reason when it aborts. */
  abortOn(signal: AbortSignal): void {
    const abort = () => this.reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    this.onSettled(() => signal.removeEventListener('abort', abort));
  }

  /**
   * Calls `expire` once, when the wait is still open after `timeoutMs` plus `extraMs`.
   * @param cutOff is called instead when the test ends before; default: `expire`, which then has to end in an error
   */
  expireWith(clock: Clock, expire: () => void, { extraMs = 0, cutOff = expire }: ExpireOptions = {}): void {
    this.onSettled(clock.after(this.timeoutMs + extraMs, expire));
    this.#whenCutOff.push(cutOff);
  }

  /** Whether it is open, and would end by its time. */
  get canBeCutOff(): boolean {
    return !this.settled && this.#whenCutOff.length > 0;
  }

  /** Ends the wait now, as its test is about to end. */
  cutOff(testMs: number | undefined): void {
    if (!this.canBeCutOff) return;
    this.#cutBy = { testMs, timeoutMs: this.#timeoutMs };
    this.#timeoutMs = Math.min(this.#timeoutMs, this.#now() - this.startedAt);
    for (const cutOff of this.#whenCutOff) cutOff();
  }

  /** What every error of this wait carries: the caller's stack, and what was received in the order in which it came. */
  facts(received: readonly Received[]): ErrorFacts {
    return { frames: this.frames, received: received.map(({ message }) => message) };
  }

  /** Marks the rejection as handled, because it is reported another way. */
  markHandled(): void {
    this.#promise.markHandled();
  }

  // A test may begin a wait, act, and await it then. Until then no runner may call the rejection unhandled: a wait that
  // is never awaited is reported when the subscription is closed, or else when the process ends.
  #rejectWith(error: unknown): void {
    this.#error = error;
    for (const report of this.#onFailed) report(error);
    for (const run of this.#onOutcome) run();
    if (!this.awaited) {
      this.markHandled();
      reportAtExit(this);
    }
    this.#settlers.reject(error);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.#endedAt = this.#now();
    for (const release of this.#releases) release();
    return true;
  }
}
