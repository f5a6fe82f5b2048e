// From lines of evidence to what is drawn: which lane, from when to when, in which words. What belongs together
// (request and answer, function and its end) becomes one mark with a length; most facts of the control plane are
// nothing.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn, rootOf } from '@earwitness/protocol/internal/journal/journey';
import { type Stop, wordsOf } from '@earwitness/protocol/internal/journal/words';
import type { Evidence, EvidenceOf } from './evidence.ts';

/** The road, in the order in which an event travels. */
export const LANES = ['request', 'function', 'bus', 'rule', 'attempts', 'topic', 'test'] as const;

/** Something at a place and time; with `until` it lasts. */
export interface Mark {
  readonly lane: (typeof LANES)[number];
  /** Epoch ms. */
  readonly at: number;
  readonly until?: number;
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'plain';
  /** Marks with a thread in common are one journey. */
  readonly threads?: readonly string[];
  /** Id of the element of the page that says more. */
  readonly more?: string;
}

/** The marks of one subscription, in the order of its evidence. */
export function marksOf(evidence: readonly Evidence[]): Mark[] {
  const facts = evidence.flatMap((one) => (one.kind === 'fact' ? [one.fact] : []));
  const ends = endsOf(facts);
  const hasJournal = facts.length > 0;
  return evidence.flatMap((one, index) => {
    const mark = markOf(one, idOf(one, index), { ends, hasJournal });
    return mark ? [mark] : [];
  });
}

interface Beside {
  readonly ends: ReadonlyMap<string, End>;
  /** Without a journal, what was heard is all that is known about the topic. */
  readonly hasJournal: boolean;
}

function markOf(one: Evidence, more: string, { ends, hasJournal }: Beside): Mark | undefined {
  switch (one.kind) {
    case 'subscription':
      return { lane: 'test', at: one.at, label: 'subscribed', tone: 'plain' };
    case 'item':
      return itemMark(one, more, hasJournal);
    case 'wait':
      return waitMark(one, more);
    case 'fact':
      return factMark(one.fact, ends);
  }
}

/** The id of a line's element on the page; `index` is its place among those of its subscription. */
export function idOf({ kind, subscription }: Evidence, index: number): string {
  return `${kind}-${subscription}-${index}`;
}

function itemMark(item: EvidenceOf<'item'>, more: string, hasJournal: boolean): Mark {
  const { message } = item;
  const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  const { type } = nameOf(message);
  return {
    lane: hasJournal ? 'test' : 'topic',
    at: item.at,
    label: hasJournal ? `heard ${type}` : type,
    tone: 'good',
    more,
    ...(typeof id === 'string' ? { threads: [id] } : {}),
  };
}

function waitMark(wait: EvidenceOf<'wait'>, more: string): Mark {
  const met = wait.outcome === 'met';
  return {
    lane: 'test',
    at: wait.at,
    until: wait.endedAt,
    label: `${met ? '✓' : '✗'} ${wait.title}`,
    tone: met ? 'good' : 'bad',
    more,
  };
}

/** What a message is called: its detail-type, or what it is instead of an event. */
export function nameOf(message: unknown): { readonly type: string; readonly source: string } {
  if (typeof message !== 'object' || message === null) return { type: 'text', source: '' };
  const { 'detail-type': type = 'object', source = '' } = message as Readonly<Record<string, unknown>>;
  return { type: String(type), source: String(source) };
}

type End = Extract<Fact, { readonly kind: 'request.answered' | 'function.finished' }>;

/** What ends a request or an invocation, by its id. */
function endsOf(facts: readonly Fact[]): ReadonlyMap<string, End> {
  const ends = new Map<string, End>();
  for (const fact of facts) {
    if (fact.kind === 'request.answered') ends.set(fact.requestId, fact);
    if (fact.kind === 'function.finished') ends.set(fact.invocationId, fact);
  }
  return ends;
}

/** The lane of a stop; most facts of the control plane are not drawn. */
const LANE_OF: Readonly<Record<Stop, Mark['lane'] | undefined>> = {
  request: 'request',
  // The end of its request, as is the end of a function.
  answer: undefined,
  function: 'function',
  'stand-in': 'function',
  PutEvents: 'bus',
  bus: 'bus',
  rule: 'rule',
  attempt: 'attempts',
  'dead letter': 'attempts',
  'topic item': 'topic',
  // What the test itself heard is drawn from its own messages.
  received: undefined,
  access: undefined,
  subscription: undefined,
  refused: undefined,
  call: undefined,
  log: undefined,
  stack: undefined,
  clock: undefined,
  journal: undefined,
  warning: undefined,
  fault: undefined,
};

function factMark(fact: Fact, ends: ReadonlyMap<string, End>): Mark | undefined {
  const { stop, label, tone } = wordsOf(fact);
  const lane = LANE_OF[stop];
  if (lane === undefined || fact.kind === 'function.finished') return undefined;
  const mark = { lane, at: fact.at, label, tone, ...threadsOf(fact) };
  switch (fact.kind) {
    case 'request.received': {
      const end = ends.get(fact.requestId);
      const words = end && wordsOf(end);
      return words ? { ...mark, until: end.at, label: `${label} → ${words.label}`, tone: words.tone } : mark;
    }
    case 'function.invoked': {
      const end = ends.get(fact.invocationId);
      const words = end && wordsOf(end);
      return words ? { ...mark, until: end.at, label: words.label, tone: words.tone } : mark;
    }
    case 'delivery.attempted':
      return { ...mark, at: fact.at - fact.durationMs, until: fact.at };
    default:
      return mark;
  }
}

/** What ties a fact to others: its event, and the request that the event came of. */
function threadsOf(fact: Fact): Pick<Mark, 'threads'> {
  const eventId = fact.kind === 'topic.published' ? eventIdIn(fact.text) : 'eventId' in fact ? fact.eventId : undefined;
  const root = 'traceId' in fact ? rootOf(fact.traceId) : undefined;
  const threads = [eventId, root].filter((thread) => thread !== undefined);
  return threads.length === 0 ? {} : { threads };
}
