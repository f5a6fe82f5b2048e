// A journal that was written down, for the console: `journal.ndjson`. A line for its beginning, then each fact as the
// journal had it, then a line for its end, with what was there by then. A run that was killed has no end.
//
//   {"kind":"journal","version":1,"at":1767225600000}
//   {"seq":1,"at":1767225600012,"kind":"event.accepted",…}
//   {"kind":"journal.end","at":1767225607000,"map":{…},"state":{…},"queues":[…]}
import type { Fact } from '../journal/fact.ts';
import { FACT_KINDS } from '../journal/kinds.ts';
import type { CloudMap } from './cloud-map.ts';
import type { CloudState } from './cloud-state.ts';
import type { QueuedMessages } from './queued-messages.ts';

/** Raised by whatever changes the meaning of a line. */
export const SAVED_JOURNAL_VERSION = 1;

/** The first line. */
export interface JournalBeginning {
  readonly kind: 'journal';
  readonly version: typeof SAVED_JOURNAL_VERSION;
  /** Epoch milliseconds by the cloud's clock, as all times. */
  readonly at: number;
}

/** The last line. */
export interface JournalEnd {
  readonly kind: 'journal.end';
  readonly at: number;
  readonly map: CloudMap;
  /** Of the state that there was, what a page counts by. */
  readonly state: Pick<CloudState, 'queues'>;
  /** What lay in queues that were not empty: the first messages of each. */
  readonly queues: readonly QueuedMessages[];
}

/** What a file says. */
export interface SavedJournal {
  readonly beginning: JournalBeginning;
  /** In the order of their numbers. */
  readonly facts: readonly Fact[];
  readonly end?: JournalEnd;
  /** Lines that are none of these, as the last one of a run that was killed. */
  readonly unreadable: number;
}

/** A text is no saved journal; the message says why. */
export class InvalidJournalError extends Error {
  override readonly name = 'InvalidJournalError';
}

/** @throws InvalidJournalError */
export function parseSavedJournal(text: string): SavedJournal {
  const [first = '', ...lines] = text.split('\n');
  const beginning = parseLine(first);
  if (!isBeginning(beginning)) {
    throw new InvalidJournalError(`It does not begin with {"kind":"journal","version":${SAVED_JOURNAL_VERSION},…}.`);
  }
  const facts: Fact[] = [];
  let end: JournalEnd | undefined;
  let unreadable = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    // The page goes on after the last number that it has.
    if (isFact(value) && value.seq > (facts.at(-1)?.seq ?? 0)) facts.push(value);
    else if (isEnd(value)) end = value;
    else unreadable++;
  }
  return { beginning, facts, ...(end && { end }), unreadable };
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}

function isBeginning(value: object): value is JournalBeginning {
  const { kind, version, at } = value as Partial<JournalBeginning>;
  return kind === 'journal' && version === SAVED_JOURNAL_VERSION && typeof at === 'number';
}

function isFact(value: object): value is Fact {
  const { kind, seq, at } = value as Partial<Fact>;
  return FACT_KINDS.includes(kind ?? '') && Number.isSafeInteger(seq) && typeof at === 'number';
}

function isEnd(value: object): value is JournalEnd {
  const { kind, at, map, state, queues } = value as Partial<JournalEnd>;
  const isMap = isTable(map) && Array.isArray(map['nodes']) && Array.isArray(map['edges']);
  const isState = isTable(state) && Array.isArray(state['queues']);
  const isWhole = isMap && isState && Array.isArray(queues) && queues.every(isTable);
  return kind === 'journal.end' && typeof at === 'number' && isWhole;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
