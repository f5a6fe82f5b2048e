// A journal that was written down, for the console: `journal.ndjson`. A line for its beginning, then each fact as the
// journal had it, then a line for its end, with what was there by then. A run that was killed has no end.
//
//   {"kind":"journal","version":1,"at":1767225600000}
//   {"seq":1,"at":1767225600012,"kind":"event.accepted",…}
//   {"kind":"journal.end","at":1767225607000,"map":{…},"state":{…},"queues":[…]}
import type { Fact } from '../journal/fact.ts';
import { isFact, isTime } from '../journal/kinds.ts';
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
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    // The page goes on after the last number that it has.
    if (isFact(value) && value.seq > (facts.at(-1)?.seq ?? 0)) facts.push(value);
    else if (isEnd(value, `Line ${index + 2}`)) end = value;
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
  return kind === 'journal' && version === SAVED_JOURNAL_VERSION && isTime(at);
}

/** What a page reads of each, whatever else there is. */
const NODE = { id: 'string', kind: 'string', name: 'string', facts: 'list' } as const;
const EDGE = { from: 'string', to: 'string', kind: 'string' } as const;
const QUEUE = { arn: 'string', name: 'string', visible: 'number', hidden: 'number', delayed: 'number' } as const;
const QUEUED = { queue: 'string', messages: 'list' } as const;
const MESSAGE = {
  id: 'string',
  number: 'number',
  state: 'string',
  body: 'string',
  sentAt: 'time',
  receiveCount: 'number',
  attributes: 'object',
} as const;
const END = { at: 'time', map: 'object', state: 'object', queues: 'list' } as const;

type Expected = 'string' | 'number' | 'time' | 'list' | 'object';

/**
 * The one line that the map and the queues stand on: half of it would be drawn as if it were the whole.
 * @throws InvalidJournalError for an end that is not whole
 */
function isEnd(value: object, line: string): value is JournalEnd {
  const { kind, map, state, queues } = value as Partial<Record<keyof JournalEnd, unknown>>;
  if (kind !== 'journal.end') return false;
  check(value, `${line}: journal.end`, END);
  check(map, `${line}: map`, { nodes: 'list', edges: 'list' });
  for (const [place, node] of listIn(map, 'nodes')) {
    check(node, `${line}: map.${place}`, NODE);
    for (const [fact, pair] of listIn(node, 'facts')) {
      if (Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string')) continue;
      throw new InvalidJournalError(`${line}: map.${place}.${fact} should be two strings, not ${shown(pair)}.`);
    }
  }
  for (const [place, edge] of listIn(map, 'edges')) check(edge, `${line}: map.${place}`, EDGE);
  check(state, `${line}: state`, { queues: 'list' });
  for (const [place, queue] of listIn(state, 'queues')) check(queue, `${line}: state.${place}`, QUEUE);
  for (const [place, queue] of listIn({ queues }, 'queues')) {
    check(queue, `${line}: ${place}`, QUEUED);
    for (const [message, one] of listIn(queue, 'messages')) check(one, `${line}: ${place}.${message}`, MESSAGE);
  }
  return true;
}

function check(value: unknown, place: string, expected: Readonly<Record<string, Expected>>): void {
  if (!isTable(value)) throw new InvalidJournalError(`${place} should be an object, not ${shown(value)}.`);
  for (const [name, kind] of Object.entries(expected)) {
    if (IS[kind](value[name])) continue;
    throw new InvalidJournalError(
      `${place}: ${name} should be ${kind === 'object' ? 'an' : 'a'} ${kind}, not ${shown(value[name])}.`,
    );
  }
}

const IS: Readonly<Record<Expected, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  time: isTime,
  list: Array.isArray,
  object: isTable,
};

/** Its items, each with its place. */
function listIn(value: unknown, name: string): [place: string, item: unknown][] {
  const list: unknown = isTable(value) ? value[name] : undefined;
  return Array.isArray(list) ? list.map((item: unknown, index) => [`${name}[${index}]`, item]) : [];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 40 ? `${text.slice(0, 40)} …` : text;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
