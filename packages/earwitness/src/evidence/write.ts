// Evidence of a run: what was heard, what was awaited and how it ended, and, beside a local cloud, every fact of its
// journal. One NDJSON file for each test file, to be read by programs, and one HTML page made of it, to be looked at;
// both without secrets.
import { join, relative } from 'node:path';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { redact } from '../expectation/print.ts';
import { recordExpectation } from '../expectation/recorded.ts';
import { wallClock } from '../hearing/clock.ts';
import type { JournalGap } from '../hearing/journal-excerpt.ts';
import type { Question } from '../hearing/question.ts';
import type { RunningTest } from '../hearing/running-test/running-test.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { firstPlace, type Place } from '../page/code-frame.ts';
import { withoutCanaries } from '../page/journal/canaries.ts';
import { readJournal } from '../page/journal/journal.ts';
import { line } from '../printing/line.ts';
import { withoutPaint } from '../printing/paint.ts';
import { EVIDENCE_VERSION, type Evidence, type RecordedQuestion, type RecordedTest } from './evidence.ts';
import { withoutSecrets } from './fact-secrets.ts';
import { addEvidence } from './file.ts';

/** How long the journal may take to be read, ms: longer than on a failure page, because no test waits for it. Ours. */
const PATIENCE_MS = 10_000;

/** What is known of a subscription when it has been closed. */
export interface ClosedSession {
  readonly session: Session;
  readonly waits: readonly Wait<never>[];
  /** Stack frames of who subscribed. */
  readonly subscribedAt: string;
}

/** What is known of a subscription that could not be opened. */
export interface RefusedSession {
  readonly error: unknown;
  /** When it was asked for, epoch ms. */
  readonly at: number;
  readonly test: RunningTest | undefined;
  /** Stack frames of who subscribed. */
  readonly subscribedAt: string;
}

/**
 * Adds a closed subscription's evidence to the files of its test. What cannot be written is a warning, one for each
 * folder.
 */
export async function writeEvidence(folder: string, closed: ClosedSession): Promise<void> {
  await addTo(folder, fileNameOf({ ...closed, test: closed.session.test }), async () => {
    const excerpt = await readJournal(closed.session.openedAt, PATIENCE_MS);
    return [...gather(closed, excerpt?.gap), ...factLines(excerpt?.facts ?? [])].sort(byTime);
  });
}

/** The same for a subscription that could not be opened: its test has failed, without anything that was awaited. */
export async function writeRefusal(folder: string, { error, at, test, subscribedAt }: RefusedSession): Promise<void> {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const about: Line = {
    kind: 'subscription',
    version: EVIDENCE_VERSION,
    at,
    closedAt: wallClock.now(),
    ...runName(),
    ...recordTest(test, firstPlace(subscribedAt)),
    transports: [],
    failure: { name, page: withoutPaint(message) },
  };
  await addTo(folder, fileNameOf({ waits: [], subscribedAt, test }), async () => [about]);
}

const warned = new Set<string>();

async function addTo(folder: string, name: string, collect: () => Promise<readonly Line[]>): Promise<void> {
  try {
    const lines = await collect();
    const subscription = crypto.randomUUID().slice(0, 8);
    await addEvidence(
      join(folder, `${name}.ndjson`),
      lines.map((line) => redact({ subscription, ...line }) as Evidence),
    );
  } catch (error) {
    if (warned.has(folder)) return;
    warned.add(folder);
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(String(line`no evidence is written to ${folder}: ${reason}`), { type: 'EarwitnessWarning' });
  }
}

/** A line before it is known which subscription it belongs to. */
type Line = Evidence extends infer One ? (One extends unknown ? Omit<One, 'subscription'> : never) : never;

function byTime(one: Line, other: Line): number {
  if (one.kind === 'subscription') return -1;
  return other.kind === 'subscription' ? 1 : one.at - other.at;
}

function gather({ session, waits }: ClosedSession, journalGap: JournalGap | undefined): Line[] {
  const { openedAt, recording, roadMs, test, transports } = session;
  const { evicted } = recording;
  return [
    {
      kind: 'subscription',
      version: EVIDENCE_VERSION,
      at: openedAt,
      closedAt: session.clock.now(),
      ...runName(),
      ...recordTest(test),
      transports: transports.map(({ name, topic = name, maxItemBytes }) => ({
        name,
        topic,
        ...(maxItemBytes === undefined ? {} : { maxItemBytes }),
      })),
      ...(roadMs === undefined ? {} : { roadMs }),
      ...(evicted === 0 ? {} : { evicted }),
      ...(journalGap && { journalGap }),
    },
    ...recording.all().map(
      ({ message, receivedAt, sequenceNumber, sizeBytes, topic }): Line => ({
        kind: 'item',
        at: receivedAt,
        sizeBytes,
        ...(transports.length === 1 ? {} : { topic }),
        ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
        message,
      }),
    ),
    ...waits.filter(({ question }) => question?.kind !== 'next').map((wait) => waitLine(wait, session.clock.now())),
  ];
}

function runName(): { readonly run?: string } {
  const run = process.env['EARWITNESS_RUN'];
  return run ? { run } : {};
}

function waitLine(wait: Wait<never>, now: number): Line {
  const { error, endedAt, frames, met, question, startedAt, test, timeoutMs, title } = wait;
  const place = firstPlace(frames);
  return {
    kind: 'wait',
    at: startedAt,
    endedAt: endedAt ?? now,
    durationMs: (endedAt ?? now) - startedAt,
    ...recordTest(test, place),
    // JSON knows no infinity.
    timeoutMs: Math.min(timeoutMs, Number.MAX_SAFE_INTEGER),
    title,
    ...(question ? { question: recordQuestion(question) } : {}),
    outcome: met ? 'met' : error instanceof Error ? error.name : endedAt === undefined ? 'open' : 'aborted',
    ...(place ? { place: `${relative(process.cwd(), place.file)}:${place.line}:${place.column}` } : {}),
    ...(error instanceof Error ? { page: withoutPaint(error.message) } : {}),
  };
}

/** The test's names; the file of the wait's own line where the runner tells none. */
function recordTest(test: RunningTest | undefined, place?: Place): { readonly test?: RecordedTest } {
  const { title, beganAt, file = place?.file } = test ?? {};
  if (title === undefined && file === undefined) return {};
  return {
    test: {
      ...(title === undefined ? {} : { title }),
      ...(file === undefined ? {} : { file: relative(process.cwd(), file) }),
      ...(place ? { line: place.line } : {}),
      ...(beganAt === undefined ? {} : { beganAt }),
    },
  };
}

function recordQuestion(question: Question): RecordedQuestion {
  switch (question.kind) {
    case 'sequence':
      return { kind: 'sequence', steps: question.steps.map(recordExpectation) };
    case 'silence':
    case 'next':
      return question;
    default:
      return { ...question, expectation: recordExpectation(question.expectation) };
  }
}

function factLines(facts: readonly Fact[]): Line[] {
  return withoutCanaries(facts).map((fact) => ({ kind: 'fact', at: fact.at, fact: withoutSecrets(fact) }));
}

interface Origin {
  readonly waits: readonly Wait<never>[];
  readonly subscribedAt: string;
  /** A runner's fixture subscribes without a frame of the user's. */
  readonly test: RunningTest | undefined;
}

/** `test-orders.test.ts`: the test file that waited first, else the one that subscribed. */
function fileNameOf({ waits, subscribedAt, test }: Origin): string {
  const frames = [...waits.map((wait) => wait.frames), subscribedAt].join('\n').split('\n');
  const inTests = frames.find((frame) => /\.(test|spec)\.[cm]?[jt]sx?:/.test(frame));
  const file = firstPlace(inTests ?? '')?.file ?? test?.file ?? firstPlace(frames.join('\n'))?.file;
  if (file === undefined) return 'subscription';
  return relative(process.cwd(), file)
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[-.]+/, '');
}
