// One event's way through the cloud, told from the journal: request, function, PutEvents, rule, attempts, topic item, received.
// Pure: facts in, hops out. The CLI prints it, the console draws it.
//
// What ties the facts together: the trace id (request → function → event), the event id (event → rules → deliveries), and for
// topics the event id that stands inside the item's own text, because between an API destination and a topic there is only HTTP.
import { showControls } from '../text/show-controls.ts';
import type { Fact } from './fact.ts';

/** One stop on the way. */
export interface Hop {
  /** Epoch milliseconds by the cloud's clock. */
  readonly at: number;
  readonly stop:
    | 'request'
    | 'function'
    | 'PutEvents'
    | 'rule'
    | 'attempt'
    | 'dead letter'
    | 'topic item'
    | 'received'
    | 'answer';
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

/** The hops of the event with this id, in the order in which they began: an attempt stands before what it brought about. */
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

function hopOf(fact: Fact, eventId: string): Hop | undefined {
  const hop = (stop: Hop['stop'], text: string, ok = true): Hop => ({
    at: fact.at,
    stop,
    text: showControls(text),
    ok,
  });
  switch (fact.kind) {
    case 'request.received':
      return hop('request', `${fact.method} ${fact.path}`);
    case 'function.invoked':
      return hop('function', fact.functionName);
    case 'function.finished':
      return fact.outcome === 'returned'
        ? undefined
        : hop('function', `${fact.functionName} ${fact.outcome}${fact.error ? `: ${fact.error.message}` : ''}`, false);
    case 'request.answered':
      return hop('answer', `${fact.status}${fact.reason ? `  ${fact.reason}` : ''}`, fact.status < 400);
    case 'event.accepted':
      return fact.eventId === eventId
        ? hop('PutEvents', `${fact.detailType} from ${fact.source} on ${fact.bus}`)
        : undefined;
    case 'bus.missing':
      return hop('rule', `there is no bus ${fact.bus}: the event is dropped`, false);
    case 'event.unmatched':
      return hop('rule', `none of ${fact.rules} on ${fact.bus} matched`, false);
    case 'rule.matched':
      return hop('rule', `${fact.rule} matched, ${fact.targets} ${fact.targets === 1 ? 'target' : 'targets'}`);
    case 'delivery.attempted':
      return { ...hop('attempt', attemptText(fact), fact.outcome === 'delivered'), at: fact.at - fact.durationMs };
    case 'delivery.dead-lettered':
      return hop('dead letter', `${fact.code} after ${fact.attempts} → ${fact.queueArn}`, false);
    case 'delivery.dropped':
      return hop('dead letter', `dropped, ${fact.code}: ${fact.message}`, false);
    case 'topic.published':
      return hop('topic item', `${fact.cache}/${fact.topic} #${fact.sequenceNumber}, ${fact.sizeBytes} bytes`);
    case 'subscription.received':
      return hop('received', `by subscription ${fact.subscriptionId}`);
    default:
      return undefined;
  }
}

function attemptText(fact: Extract<Fact, { kind: 'delivery.attempted' }>): string {
  const status = fact.status === undefined ? '' : `${fact.status} `;
  const where = fact.url ?? fact.targetArn;
  return fact.outcome === 'delivered' ? `${status}${where}` : `${status}${where}  ${fact.code}: ${fact.message}`;
}

function itemKey(fact: { cache: string; topic: string; sequencePage: number; sequenceNumber: number }): string {
  return `${fact.cache}\n${fact.topic}\n${fact.sequencePage}\n${fact.sequenceNumber}`;
}

/** `1-…` of `Root=1-…` in a trace header, by which hops belong together; the rest of the header changes from hop to hop. */
export function rootOf(traceId: string | undefined): string | undefined {
  return traceId === undefined ? undefined : (/Root=([^;]+)/.exec(traceId)?.[1] ?? traceId);
}
