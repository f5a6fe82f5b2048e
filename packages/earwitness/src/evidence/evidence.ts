// The NDJSON form of a run: what each line says, and how a file is read again. Lines of one subscription stand
// together, the `subscription` line first; times are epoch milliseconds. Whatever changes the meaning of a line raises
// the version.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { RecordedExpectation } from '../expectation/expectation.ts';
import type { JournalGap } from '../hearing/journal-excerpt.ts';
import type { Question } from '../hearing/question.ts';

/** The version of the form that this kit writes and reads. */
export const EVIDENCE_VERSION = 1;

/** One line. `subscription` is the id of the subscription that it belongs to. */
export type Evidence = { readonly subscription: string; readonly at: number } & (
  | {
      readonly kind: 'subscription';
      readonly version: typeof EVIDENCE_VERSION;
      readonly closedAt: number;
      /** Name of the run, when it has one. */
      readonly run?: string;
      /** The test that opened it, when it was opened in one and the runner told it. */
      readonly test?: RecordedTest;
      readonly transports: readonly RecordedTransport[];
      /** Why it could not be opened: the error's name and message. Then nothing was heard or awaited. */
      readonly failure?: { readonly name: string; readonly page: string };
      /** How long the last canary took over the whole road, ms. */
      readonly roadMs?: number;
      /** How many messages are missing here, because there was no room for them. */
      readonly evicted?: number;
      /** Facts of the local cloud that are missing here, because its journal had no room for them. */
      readonly journalGap?: JournalGap;
    }
  | {
      readonly kind: 'item';
      readonly sizeBytes: number;
      /** Where it came from, when several topics are heard. */
      readonly topic?: string;
      readonly sequenceNumber?: number;
      readonly message: unknown;
    }
  | {
      readonly kind: 'wait';
      readonly endedAt: number;
      readonly durationMs?: number;
      /** The test that waited, where the runner told it. */
      readonly test?: RecordedTest;
      readonly timeoutMs: number;
      readonly title: string;
      /** Absent when the verb refused what it was given. */
      readonly question?: RecordedQuestion;
      /** `met`, or the error's name. */
      readonly outcome: string;
      /** `test/orders.test.ts:31:16` */
      readonly place?: string;
      /** The failure page. */
      readonly page?: string;
    }
  | { readonly kind: 'fact'; readonly fact: Fact }
);

/** A test, as its runner names it. */
export interface RecordedTest {
  /** With the names of its suites: `orders > an order is published`. */
  readonly title?: string;
  /** From the folder of the run: `test/orders.test.ts`. */
  readonly file?: string;
  /** Of the wait, from 1. */
  readonly line?: number;
  /** Epoch ms. */
  readonly beganAt?: number;
}

/** What was listened to. */
export interface RecordedTransport {
  readonly name: string;
  readonly topic: string;
  readonly maxItemBytes?: number;
}

/** The lines of one kind. */
export type EvidenceOf<Kind extends Evidence['kind']> = Extract<Evidence, { readonly kind: Kind }>;

/** A question whose expectations were written down. */
export type RecordedQuestion = Recorded<Question>;

type Recorded<Q> = Q extends { readonly expectation: unknown }
  ? Omit<Q, 'expectation'> & { readonly expectation: RecordedExpectation }
  : Q extends { readonly steps: unknown }
    ? Omit<Q, 'steps'> & { readonly steps: readonly RecordedExpectation[] }
    : Q;

/** A line that cannot be understood. */
export interface UnreadableLine {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** The lines of a file, and those that could not be understood. */
export interface ParsedEvidence {
  readonly evidence: readonly Evidence[];
  readonly unreadable: readonly UnreadableLine[];
}

/** Reads the text of an NDJSON file. */
export function parseEvidence(text: string): ParsedEvidence {
  const evidence: Evidence[] = [];
  const unreadable: UnreadableLine[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') unreadable.push({ line: index + 1, problem: parsed });
    else evidence.push(parsed);
  }
  return { evidence, unreadable };
}

type Fields = Readonly<Record<string, 'string' | 'number' | 'object' | 'string?'>>;

/** The fields that a line of each kind must have. */
const NEEDED: Readonly<Record<Evidence['kind'], Fields>> = {
  subscription: { version: 'number', closedAt: 'number', transports: 'object' },
  item: { sizeBytes: 'number' },
  wait: { endedAt: 'number', timeoutMs: 'number', title: 'string', outcome: 'string' },
  fact: { fact: 'object' },
};

/** What the fields consist of that a line may have. */
const OPTIONAL: Readonly<Record<string, Fields>> = {
  test: { title: 'string?', file: 'string?' },
  failure: { name: 'string', page: 'string' },
};

function parseLine(line: string): Evidence | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const fields = value as Readonly<Record<string, unknown>>;
  const needed = NEEDED[fields['kind'] as Evidence['kind']];
  if (needed === undefined) return `its kind ${JSON.stringify(fields['kind'])} is not known`;
  const version = fields['version'];
  if (fields['kind'] === 'subscription' && version !== EVIDENCE_VERSION) {
    return `it is of version ${JSON.stringify(version)}; this Earwitness reads version ${EVIDENCE_VERSION}`;
  }
  const wrong = wrongField(fields, { subscription: 'string', at: 'number', ...needed }, 'its ');
  if (wrong !== undefined) return wrong;
  for (const [name, parts] of Object.entries(OPTIONAL)) {
    const field = fields[name];
    if (field === undefined) continue;
    if (typeof field !== 'object' || field === null) return `its ${name} is not of type object`;
    const inside = wrongField({ ...field }, parts, `its ${name}.`);
    if (inside !== undefined) return inside;
  }
  return value as Evidence;
}

function wrongField(fields: Readonly<Record<string, unknown>>, types: Fields, whose: string): string | undefined {
  for (const [name, type] of Object.entries(types)) {
    const field = fields[name];
    const isAbsent = type.endsWith('?') && field === undefined;
    if (isAbsent || (typeof field === type.replace('?', '') && field !== null)) continue;
    return `${whose}${name} is not of type ${type.replace('?', '')}`;
  }
  return undefined;
}
