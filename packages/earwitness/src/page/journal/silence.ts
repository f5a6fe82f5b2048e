// Nothing was published: which requests and functions there were instead. A function that handed its work on to a
// queue is not to blame, and where something else went wrong, that is told.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { NameOf } from '@earwitness/protocol/internal/journal/names';
import { statusText } from '@earwitness/protocol/internal/journal/status';
import type { Cause } from './causes.ts';
import { isOfRecords, isReading } from './streams.ts';

/** Whoever finds one of these finds that something was published, or was kept from it. */
const SOMETHING: ReadonlySet<Fact['kind']> = new Set([
  ...(['event.accepted', 'bus.missing', 'entry.rejected', 'topic.published', 'topic.refused'] as const),
  ...(['request.refused', 'access.denied', 'stand-in.received', 'fault'] as const),
]);

/** Calls by which work goes on without an event; a function that is invoked tells of itself. */
const HANDED_ON: ReadonlySet<string> = new Set(['sqs SendMessage', 'sqs SendMessageBatch']);

/** Ours: functions and requests that are told. */
const TOLD = 3;

/** The cause, when nothing at all stands in the facts that could be an event. */
export function silenceCause(facts: readonly Fact[], nameOf: NameOf): Cause | undefined {
  if (facts.some((fact) => SOMETHING.has(fact.kind) || isHandedOn(fact))) return undefined;
  const refused = facts.some((fact) => fact.kind === 'request.authorized' && fact.outcome === 'denied');
  const ran = [...functionsOf(facts, nameOf), ...requestsOf(facts)];
  const [first, ...more] = ran.slice(0, TOLD);
  const lines: Cause['lines'] =
    first === undefined
      ? [
          'nothing was published to a bus while this test listened, and no function ran',
          'What happens before subscribe() has resolved is not heard.',
        ]
      : [first, ...more];
  const headline = refused ? 'nothing was published, and an authorizer refused a request' : 'nothing was published';
  return { headline, lines, told: new Set() };
}

/**
 * Whether others than the sure facts tell of what may be the same story: an event, a refusal, a stream or a pipe that
 * was read. Then that the sure ones are silent explains nothing.
 */
export function mayGoOn(sure: readonly Fact[], possible: readonly Fact[]): boolean {
  const known = new Set(sure);
  return possible.some(
    (fact) =>
      !known.has(fact) &&
      (SOMETHING.has(fact.kind) || isReading(fact) || isOfRecords(fact) || fact.kind.startsWith('pipe.')),
  );
}

function isHandedOn(fact: Fact): boolean {
  return fact.kind === 'call' && fact.status < 400 && HANDED_ON.has(`${fact.service} ${fact.operation}`);
}

/** What each function did; of several runs that ended alike, one. Nobody awaits anything of an authorizer's. */
function functionsOf(facts: readonly Fact[], nameOf: NameOf): string[] {
  const authorizing = new Set(facts.map((fact) => fact.kind === 'request.authorized' && fact.invocationId));
  const ended = new Set(facts.flatMap((fact) => (fact.kind === 'function.finished' ? [fact.invocationId] : [])));
  const texts = facts.flatMap((fact) => {
    if (fact.kind !== 'function.invoked' || authorizing.has(fact.invocationId)) return [];
    const name = nameOf(fact.functionName);
    return ended.has(fact.invocationId)
      ? [`function ${name} ran to its end and did not call PutEvents`]
      : [`function ${name} still runs, and has not called PutEvents yet`];
  });
  return [...new Set(texts)];
}

/** How each request was answered. */
function requestsOf(facts: readonly Fact[]): string[] {
  const texts = facts.flatMap((fact) => {
    if (fact.kind !== 'request.received') return [];
    const { method, path, requestId } = fact;
    const answer = facts.find((one) => one.kind === 'request.answered' && one.requestId === requestId);
    if (answer?.kind !== 'request.answered') return [`${method} ${path} is not answered yet`];
    const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
    return [`${method} ${path} was answered ${statusText(answer.status)}${reason}`];
  });
  return [...new Set(texts)];
}
