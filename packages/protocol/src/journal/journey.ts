// One event's way through the cloud, told from the journal: request, function, PutEvents, rule, attempts, topic item,
// received. Pure: facts in, hops out. The CLI prints it, the console draws it.
//
// What ties the facts together: the trace id (request → function → event), the event id (event → rules → deliveries),
// and for topics the event id that stands inside the item's own text, because an API destination and a topic are
// connected by HTTP alone.
import { showControls } from '../text/show-controls.ts';
import type { Fact } from './fact.ts';
import { type Stop, wordsOf } from './words.ts';

/** One stop on the way. */
export interface Hop {
  /** Epoch milliseconds by the cloud's clock. */
  readonly at: number;
  readonly stop: Stop;
  /** One line, safe to be shown: controls in it are escaped. */
  readonly text: string;
  /** False where the way went wrong. */
  readonly ok: boolean;
}

/** The id of the EventBridge event that a topic item carries, when its text is one. */
export function eventIdIn(text: string | undefined): string | undefined {
  if (text === undefined || !text.startsWith('{')) return undefined;
  try {
    const { id } = JSON.parse(text) as { readonly id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The hops of the event with this id, in the order in which they began: an attempt stands before what it brought about.
 */
export function journeyOf(facts: readonly Fact[], eventId: string): Hop[] {
  const accepted = facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === eventId);
  const traceId = accepted?.kind === 'event.accepted' ? rootOf(accepted.traceId) : undefined;
  const items = new Set<string>();
  const hops: Hop[] = [];
  for (const fact of facts) {
    if (fact.kind === 'topic.published' && eventIdIn(fact.text) === eventId) items.add(itemKey(fact));
    const belongs =
      ('eventId' in fact && fact.eventId === eventId) ||
      (traceId !== undefined && 'traceId' in fact && rootOf(fact.traceId) === traceId) ||
      ((fact.kind === 'topic.published' || fact.kind === 'subscription.received') && items.has(itemKey(fact)));
    const hop = belongs ? hopOf(fact, eventId) : undefined;
    if (hop) hops.push(hop);
  }
  return hops.sort((a, b) => a.at - b.at);
}

/** Which stops are on an event's way. */
const ON_THE_WAY: Readonly<Record<Stop, boolean>> = {
  request: true,
  answer: true,
  function: true,
  'stand-in': true,
  PutEvents: true,
  bus: true,
  rule: true,
  attempt: true,
  'dead letter': true,
  'topic item': true,
  received: true,
  access: true,
  subscription: false,
  refused: false,
  call: false,
  log: false,
  stack: false,
  clock: false,
  journal: false,
  warning: false,
  fault: false,
};

function hopOf(fact: Fact, eventId: string): Hop | undefined {
  // A trace may have brought about several events. That a function returned is not worth a line: it is the rule.
  if (fact.kind === 'event.accepted' && fact.eventId !== eventId) return undefined;
  if (fact.kind === 'function.finished' && fact.outcome === 'returned') return undefined;
  const { stop, text, tone } = wordsOf(fact);
  if (!ON_THE_WAY[stop]) return undefined;
  // An attempt stands where it began.
  const at = fact.kind === 'delivery.attempted' ? fact.at - fact.durationMs : fact.at;
  return { at, stop, text: showControls(text), ok: tone !== 'bad' };
}

function itemKey(fact: { cache: string; topic: string; sequencePage: number; sequenceNumber: number }): string {
  return `${fact.cache}\n${fact.topic}\n${fact.sequencePage}\n${fact.sequenceNumber}`;
}

/**
 * `1-…` of `Root=1-…` in a trace header, by which hops belong together; the rest of the header changes from hop to hop.
 */
export function rootOf(traceId: string | undefined): string | undefined {
  return traceId === undefined ? undefined : (/Root=([^;]+)/.exec(traceId)?.[1] ?? traceId);
}
