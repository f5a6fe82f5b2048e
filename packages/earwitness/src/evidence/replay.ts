// A recorded subscription, heard once more: the messages come at the times at which they came, the waits begin when
// they began, and the verbs decide again, all under a clock that only this file moves. What cannot be asked again keeps
// its recorded verdict and says why.

import { resolve } from 'node:path';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { EarwitnessError, messageLines } from '../errors.ts';
import { NotReplayableError, reviveExpectation } from '../expectation/revive.ts';
import type { Clock } from '../hearing/clock.ts';
import type { JournalExcerpt } from '../hearing/journal-excerpt.ts';
import { Session } from '../hearing/session.ts';
import type { Transport, TransportListener } from '../hearing/transport.ts';
import type { Wait } from '../hearing/wait.ts';
import { type Line, line } from '../printing/line.ts';
import { waitForExactly } from '../verbs/exactly.ts';
import { collect, waitForMany, waitForSequence } from '../verbs/many.ts';
import { waitForOne } from '../verbs/one.ts';
import { waitForSilence } from '../verbs/silence.ts';
import type { Evidence, EvidenceOf, RecordedQuestion, RecordedTransport } from './evidence.ts';

/** One wait, beside its record. */
export interface Replayed {
  readonly wait: EvidenceOf<'wait'>;
  /** `met` or the error's name; undefined when it could not be asked again. */
  readonly outcome: string | undefined;
  /** The failure page of now, or why it could not be asked again; nothing when it was met. */
  readonly lines: readonly Line[];
}

/** Hears every subscription of a file once more. */
export async function replay(evidence: readonly Evidence[]): Promise<Replayed[]> {
  const ids = [...new Set(evidence.map(({ subscription }) => subscription))];
  const all: Replayed[] = [];
  for (const id of ids) all.push(...(await replayOne(evidence.filter(({ subscription }) => subscription === id))));
  return all;
}

/** Verdicts that follow from what was heard; the others came from elsewhere (a connection, a signal, a canary). */
const DECIDED = ['met', 'EventNotReceivedError', 'UnexpectedEventError'];

async function replayOne(evidence: readonly Evidence[]): Promise<Replayed[]> {
  const about = evidence.find((one) => one.kind === 'subscription');
  // Nothing was heard, and nothing asked.
  if (about?.failure) return [];
  const clock = new ReplayClock(about?.at ?? evidence[0]?.at ?? 0);
  const routes = (about?.transports ?? [UNKNOWN]).map((one) => new ReplayedRoute(one));
  const facts = evidence.flatMap((one): Fact[] => (one.kind === 'fact' ? [one.fact] : []));
  const gap = about?.journalGap;
  const journalUntilNow = (): JournalExcerpt => ({
    facts: facts.filter(({ at }) => at <= clock.now()),
    ...(gap && { gap }),
  });
  const session = await Session.open(routes, {
    clock,
    timeoutMs: 0,
    keep: Number.MAX_SAFE_INTEGER,
    // A silence that was trusted is trusted again; one that was not has no verdict to be compared with.
    trustSilence: true,
    ...(facts.length === 0 && gap === undefined ? {} : { journal: journalUntilNow }),
  });
  const results: Promise<Replayed>[] = [];
  const open = new Map<Wait<unknown>, Promise<unknown>>();
  /** Pages show what was heard so far, so everything waits until they are written. */
  const settle = async () => {
    for (const [wait, promise] of open) {
      if (!wait.settled) continue;
      open.delete(wait);
      await promise.catch(() => undefined);
    }
  };
  const runTimers = async (until: number) => {
    while (clock.runNext(until)) await settle();
  };
  for (const one of inOrder(evidence)) {
    await runTimers(one.at);
    clock.moveTo(one.at);
    if (one.kind === 'item') (routes.find(({ topic }) => topic === one.topic) ?? routes[0])?.deliver(one);
    else
      results.push(
        begin(session, one, { evicted: about?.evicted, opened: (wait, promise) => open.set(wait, promise) }),
      );
    await settle();
  }
  await runTimers(Number.POSITIVE_INFINITY);
  const replayed = await Promise.all(results);
  await session.close();
  return replayed;
}

function inOrder(evidence: readonly Evidence[]): (EvidenceOf<'item'> | EvidenceOf<'wait'>)[] {
  return evidence
    .flatMap((one) => (one.kind === 'item' || one.kind === 'wait' ? [one] : []))
    .sort((one, other) => one.at - other.at);
}

interface Beginning {
  readonly evicted: number | undefined;
  readonly opened: (wait: Wait<unknown>, promise: Promise<unknown>) => void;
}

async function begin(session: Session, wait: EvidenceOf<'wait'>, { evicted, opened }: Beginning): Promise<Replayed> {
  const { question, outcome } = wait;
  const kept = (reason: string): Replayed => ({ wait, outcome: undefined, lines: [line`${reason}`] });
  if (evicted !== undefined) return kept(`the oldest ${evicted} messages were not kept`);
  if (question === undefined || !DECIDED.includes(outcome))
    return kept(`it did not end by what was heard, but by ${outcome}`);
  // A count that a canary settled early was settled at its end, not at its time-out.
  const settledEarly = question.kind === 'exactly' && outcome === 'met';
  const timeoutMs = settledEarly ? wait.endedAt - wait.at : wait.timeoutMs;
  // Pages quote the line of the test that waited.
  const site = { frames: wait.place ? `    at ${resolve(wait.place)}` : '' };
  const begun: Wait<unknown>[] = [];
  const promise = session.wait<unknown>(begin, { timeoutMs }, (live) => {
    begun.push(live);
    ask(session, live, question);
  });
  for (const live of begun) {
    live.site = site;
    live.test = wait.test;
    opened(live, promise);
  }
  try {
    await promise;
    return { wait, outcome: 'met', lines: [] };
  } catch (error) {
    if (error instanceof NotReplayableError) return kept(error.message);
    if (!(error instanceof Error)) throw error;
    const lines = error instanceof EarwitnessError ? messageLines(error) : [line`${error.message}`];
    return { wait, outcome: error.name, lines };
  }
}

function ask(session: Session, wait: Wait<unknown>, question: RecordedQuestion): void {
  switch (question.kind) {
    case 'one':
      waitForOne(session, wait, reviveExpectation(question.expectation));
      break;
    case 'many':
      waitForMany(session, wait, question.count, reviveExpectation(question.expectation));
      break;
    case 'exactly': {
      const expected = reviveExpectation(question.expectation);
      waitForExactly(session, wait, { count: question.count, expected });
      break;
    }
    case 'sequence':
      waitForSequence(session, wait, question.steps.map(reviveExpectation));
      break;
    case 'all':
      collect(session, wait, reviveExpectation(question.expectation));
      break;
    case 'silence':
      waitForSilence(session, wait, question.quietMs);
      break;
    case 'next':
      throw new NotReplayableError('an iteration');
  }
}

/** For files that have lost the line of the subscription. */
const UNKNOWN: RecordedTransport = { name: 'a recorded subscription', topic: 'a recorded subscription' };

/** A transport that delivers what was recorded. */
class ReplayedRoute implements Transport {
  readonly name: string;
  readonly topic: string;
  readonly maxItemBytes?: number;
  #listener: TransportListener | undefined;

  constructor({ name, topic, maxItemBytes }: RecordedTransport) {
    this.name = name;
    this.topic = topic;
    if (maxItemBytes !== undefined) this.maxItemBytes = maxItemBytes;
  }

  deliver({ message, sequenceNumber }: EvidenceOf<'item'>): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.#listener?.item(sequenceNumber === undefined ? { text } : { text, sequenceNumber });
  }

  async open(listener: TransportListener): Promise<{ close(): Promise<void> }> {
    this.#listener = listener;
    return { close: async () => undefined };
  }
}

/** The time of the recording. */
class ReplayClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Runs the timer that falls due next, before `until`; false when there is none. */
  runNext(until: number): boolean {
    const [next] = [...this.#timers].sort((one, other) => one.at - other.at);
    if (!next || next.at >= until) return false;
    this.#timers.delete(next);
    this.moveTo(next.at);
    next.run();
    return true;
  }
}
