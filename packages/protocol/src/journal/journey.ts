// One event's way through the cloud, told from the journal: request, function, PutEvents, rule, attempts, topic item,
// received. Pure: facts in, hops out. The CLI prints it, the console draws it.
//
// What ties the facts together: the trace id (request → function → event), the event id (event → rules → deliveries),
// what a target calls its delivery (delivery → invocation, message → batch, execution → task → invocation), and for
// topics the event id that stands inside the item's own text, because an API destination and a topic are connected by
// HTTP alone.
import { showControls } from '../text/show-controls.ts';
import { detailsOf } from './details.ts';
import type { Fact, FactOf } from './fact.ts';
import { type NameOf, plainName } from './names.ts';
import { rootOf } from './trace.ts';
import { type Stop, wordsOf } from './words.ts';

/** One stop on the way. */
export interface Hop {
  /** Epoch milliseconds by the cloud's clock. */
  readonly at: number;
  readonly stop: Stop;
  /** One line, safe to be shown: controls in it are escaped. */
  readonly text: string;
  /** Lines under it, safe too: the stack and the last output of a function that failed, the answer of a caller. */
  readonly more: readonly string[];
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
 * A function that a delivery set off stands under the event of that delivery alone; others by their trace.
 */
export function journeyOf(facts: readonly Fact[], eventId: string, nameOf: NameOf = plainName): Hop[] {
  const accepted = facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === eventId);
  const traceId = accepted?.kind === 'event.accepted' ? rootOf(accepted.traceId) : undefined;
  const isOfTrace = (fact: Fact) => traceId !== undefined && 'traceId' in fact && rootOf(fact.traceId) === traceId;
  const taken = takersOf(facts);
  const cameOf = (fact: Invoked) => {
    const messages = fact.kind === 'function.invoked' ? (fact.batch?.messageIds ?? []) : [];
    return [fact.invocationId, ...messages].flatMap((id) => taken.get(id) ?? []);
  };
  const invocations = new Map<string, boolean>();
  const items = new Set<string>();
  const belongs = (fact: Fact): boolean => {
    switch (fact.kind) {
      case 'function.invoked': {
        const causes = cameOf(fact);
        const isOurs = causes.length > 0 ? causes.includes(eventId) : fact.batch === undefined && isOfTrace(fact);
        invocations.set(fact.invocationId, isOurs);
        return isOurs;
      }
      case 'function.finished': {
        const causes = cameOf(fact);
        return invocations.get(fact.invocationId) ?? (causes.length > 0 ? causes.includes(eventId) : isOfTrace(fact));
      }
      case 'batch.returned':
      case 'function.log':
        return invocations.get(fact.invocationId ?? '') ?? false;
      case 'execution.started':
      case 'execution.redriven':
      case 'execution.ended':
      case 'state.entered':
      case 'state.failed':
      case 'task.attempted': {
        const cause = taken.get(fact.executionArn);
        return cause === undefined ? isOfTrace(fact) : cause === eventId;
      }
      case 'message.redriven':
        return taken.get(fact.messageId) === eventId;
      case 'notification.published':
      case 'notification.delivered':
      case 'notification.attempted':
      case 'notification.dead-lettered':
      case 'notification.dropped': {
        const cause = taken.get(fact.messageId);
        return cause === undefined ? isOfTrace(fact) : cause === eventId;
      }
      // A trace may have brought about several events.
      case 'event.accepted':
      case 'bus.missing':
        return fact.eventId === eventId;
      case 'topic.published':
        if (eventIdIn(fact.text) === eventId) items.add(itemKey(fact));
        return items.has(itemKey(fact));
      case 'subscription.received':
      case 'webhook.called':
        return items.has(itemKey(fact));
      default:
        return 'eventId' in fact && fact.eventId !== undefined ? fact.eventId === eventId : isOfTrace(fact);
    }
  };
  return hopsOf(facts.filter(belongs), nameOf);
}

/** Which event each invocation and message is of, by the names that targets gave to deliveries. */
function takersOf(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const events = new Map<string, string>();
  for (const fact of facts) {
    if (fact.kind === 'notification.delivered') {
      const eventId = events.get(fact.messageId);
      if (eventId !== undefined) for (const { takenAs } of fact.to) events.set(takenAs, eventId);
      continue;
    }
    if (!('takenAs' in fact) || fact.takenAs === undefined) continue;
    // What a topic hands on, and what an execution calls, is of the event that brought it there.
    const eventId = 'eventId' in fact ? fact.eventId : events.get(causeIn(fact) ?? '');
    if (eventId !== undefined) events.set(fact.takenAs, eventId);
  }
  return events;
}

/** The message or the execution that brought about what a fact names. */
function causeIn(fact: Fact): string | undefined {
  if ('messageId' in fact) return fact.messageId;
  return 'executionArn' in fact ? fact.executionArn : undefined;
}

type Invoked = FactOf<'function.invoked' | 'function.finished'>;

/** Which stops are on an event's way. */
const ON_THE_WAY: Readonly<Record<Stop, boolean>> = {
  request: true,
  answer: true,
  function: true,
  'stand-in': true,
  PutEvents: true,
  bus: true,
  rule: true,
  input: false,
  attempt: true,
  'dead letter': true,
  schedule: true,
  pipe: true,
  stream: true,
  table: true,
  execution: true,
  state: true,
  'topic item': true,
  notification: true,
  received: true,
  webhook: true,
  access: true,
  subscription: false,
  refused: false,
  call: false,
  log: false,
  stack: false,
  clock: false,
  journal: false,
  node: false,
  warning: false,
  fault: false,
};

/** Ours: lines of an error's message that are shown; a compiler's may have many. */
const MESSAGE_LINES = 8;

/** The hops of facts that belong together: of a request, of an invocation. */
export function hopsOf(facts: readonly Fact[], nameOf: NameOf = plainName): Hop[] {
  const failed = facts.some((fact) => fact.kind === 'function.finished' && fact.outcome !== 'returned');
  const hops = facts.flatMap((fact): Hop[] => {
    // That a function returned is not worth a line: it is the rule.
    if (fact.kind === 'function.finished' && fact.outcome === 'returned') return [];
    // Nor that a caller may do what it does: it is told while a console is open, and pages are the same without one.
    if (fact.kind === 'access.allowed') return [];
    const { stop, text, tone } = wordsOf(failed ? withoutReason(fact) : fact, undefined, nameOf);
    if (!ON_THE_WAY[stop]) return [];
    // An attempt stands where it began.
    const at = fact.kind === 'delivery.attempted' ? fact.at - fact.durationMs : fact.at;
    // Lines of its own has the message of an error alone; elsewhere they would be somebody's forgery.
    const [first = '', ...others] = fact.kind === 'function.finished' ? text.split('\n') : [text];
    const more = [...others.slice(0, MESSAGE_LINES), ...detailsOf(fact, facts)].map(showControls);
    return [{ at, stop, text: showControls(first), more, ok: tone !== 'bad' }];
  });
  return hops.sort((a, b) => a.at - b.at);
}

/** An answer beside a function that failed: the end of that says why. */
function withoutReason(fact: Fact): Fact {
  if (fact.kind !== 'request.answered') return fact;
  const { reason: _, ...answer } = fact;
  return answer;
}

function itemKey(fact: { cache: string; topic: string; sequencePage: number; sequenceNumber: number }): string {
  return `${fact.cache}\n${fact.topic}\n${fact.sequencePage}\n${fact.sequenceNumber}`;
}
