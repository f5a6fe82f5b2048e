// From lines of evidence to what is drawn: which lane, from when to when, in which words. What belongs together (request and answer,
// function and its end) becomes one mark with a length; most facts of the control plane are nothing.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn, rootOf } from '@earwitness/protocol/internal/journal/journey';
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
  /** Without a journal, what was heard is all that is known of the topic. */
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

/** The id, on the page, of what is told of a line; `index` is its place among those of its subscription. */
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

function factMark(fact: Fact, ends: ReadonlyMap<string, End>): Mark | undefined {
  const { at } = fact;
  switch (fact.kind) {
    case 'request.received': {
      const end = ends.get(fact.requestId);
      const name = `${fact.method} ${fact.path}`;
      const threads = threadsOf(fact.traceId);
      if (end?.kind !== 'request.answered') return { lane: 'request', at, label: name, tone: 'plain', threads };
      const tone = end.status < 400 ? 'good' : 'bad';
      return { lane: 'request', at, until: end.at, label: `${name} → ${end.status}`, tone, threads };
    }
    case 'function.invoked': {
      const end = ends.get(fact.invocationId);
      const threads = threadsOf(fact.traceId);
      const label = fact.functionName;
      if (end?.kind !== 'function.finished') return { lane: 'function', at, label, tone: 'plain', threads };
      if (end.outcome === 'returned') return { lane: 'function', at, until: end.at, label, tone: 'good', threads };
      return { lane: 'function', at, until: end.at, label: `${label} ${end.outcome}`, tone: 'bad', threads };
    }
    case 'event.accepted': {
      const threads = [fact.eventId, ...threadsOf(fact.traceId)];
      return { lane: 'bus', at, label: `${fact.detailType} on ${fact.bus}`, tone: 'good', threads };
    }
    case 'entry.rejected':
      return {
        lane: 'bus',
        at,
        label: `refused: ${fact.code}`,
        tone: 'bad',
        threads: threadsOf(fact.traceId),
      };
    case 'bus.missing':
      return { lane: 'bus', at, label: `no bus ${fact.bus}`, tone: 'bad', threads: [fact.eventId] };
    case 'rule.matched':
      return { lane: 'rule', at, label: fact.rule, tone: 'good', threads: [fact.eventId] };
    case 'event.unmatched':
      return {
        lane: 'rule',
        at,
        label: `none of ${fact.rules} rules matched`,
        tone: 'bad',
        threads: [fact.eventId],
      };
    case 'delivery.attempted': {
      const delivered = fact.outcome === 'delivered';
      const status = fact.status === undefined ? fact.outcome : String(fact.status);
      const label = delivered ? status : `${status} ${fact.code}`;
      const from = at - fact.durationMs;
      return {
        lane: 'attempts',
        at: from,
        until: at,
        label,
        tone: delivered ? 'good' : 'bad',
        threads: [fact.eventId],
      };
    }
    case 'delivery.dead-lettered':
      return { lane: 'attempts', at, label: `dead letter: ${fact.code}`, tone: 'bad', threads: [fact.eventId] };
    case 'delivery.dropped':
      return { lane: 'attempts', at, label: `dropped: ${fact.code}`, tone: 'bad', threads: [fact.eventId] };
    case 'topic.published': {
      const eventId = eventIdIn(fact.text);
      const label = `${fact.cache}/${fact.topic} #${fact.sequenceNumber}`;
      return { lane: 'topic', at, label, tone: 'good', ...(eventId === undefined ? {} : { threads: [eventId] }) };
    }
    case 'topic.refused':
      return { lane: 'topic', at, label: `refused: ${fact.code}`, tone: 'bad' };
    default:
      return undefined;
  }
}

function threadsOf(traceId: string | undefined): readonly string[] {
  const root = rootOf(traceId);
  return root === undefined ? [] : [root];
}
