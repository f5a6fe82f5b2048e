// The culprit: of all that went wrong in a wait's own stories, the one thing that keeps the awaited event from coming,
// in words that stand at the top of the page. What is told here, the rest of the page leaves out. Long because each
// cause has its words here.
import { restOf } from '@earwitness/protocol/internal/journal/execution-words';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { machineOf, type NameOf } from '@earwitness/protocol/internal/journal/names';
import type { MissedRule } from '@earwitness/protocol/internal/journal/road/missed-rule';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import type { Message } from '../../event.ts';
import { explainRules, findTakers } from '../rules.ts';
import { advancedSince, clockSteps } from './clock-step.ts';
import { type ConsumerFault, describeConsumer, isConsumerFault, redrivesOf } from './consumers.ts';
import { isReading } from './streams.ts';

/** Why the awaited event did not come. */
export interface Cause {
  /** A few words for the headline. */
  readonly headline: string;
  /** The culprit, then what belongs to it: where, its last log line, what to do. */
  readonly lines: readonly [string, ...string[]];
  /** The facts that it tells. */
  readonly told: ReadonlySet<Fact>;
}

/** What a cause is looked for in. */
export interface Evidence {
  /** Of the wait's own stories, in the order of time. */
  readonly own: readonly Fact[];
  /** All that the journal has. */
  readonly all: readonly Fact[];
  /** Ids of events that were awaited. */
  readonly awaited: ReadonlySet<string>;
  /** The events by their ids. */
  readonly events: ReadonlyMap<string, Message>;
  /** What the event of a fact is called. */
  readonly titleOf: (fact: Fact) => string | undefined;
  readonly nameOf: NameOf;
}

/** Finds the culprit: at the awaited event itself, else at what should have brought it about. */
export async function findCause(evidence: Evidence): Promise<Cause | undefined> {
  const { own, awaited } = evidence;
  const ofAwaited = own.filter((fact) => 'eventId' in fact && awaited.has(fact.eventId ?? ''));
  return (
    refusedCause(ofAwaited, evidence) ??
    deliveryCause(ofAwaited, evidence) ??
    (await otherBusCause(ofAwaited, evidence)) ??
    (await consumerCause(evidence)) ??
    executionCause(evidence) ??
    lostCause(own, evidence) ??
    (awaited.size === 0 ? refusedCause(own, evidence) : undefined) ??
    (await otherBusCause(own, evidence)) ??
    (await ruleCause(evidence)) ??
    (awaited.size === 0 ? deliveryCause(own, evidence) : undefined) ??
    (awaited.size === 0 ? (waitingCause(evidence) ?? filterCause(evidence)) : undefined)
  );
}

/** A topic did not take it. */
function refusedCause(facts: readonly Fact[], { own, titleOf }: Evidence): Cause | undefined {
  const refused = facts.find((fact) => fact.kind === 'topic.refused');
  if (refused?.kind !== 'topic.refused') return undefined;
  const event = titleOf(refused) ?? 'a message';
  const attempts = own.filter(
    (fact) => 'deliveryId' in fact && fact.eventId === refused.eventId && fact.kind !== 'delivery.delayed',
  );
  const told = new Set<Fact>([refused, ...attempts.filter((fact) => wordsOf(fact).tone === 'bad')]);
  const repeated = own.filter((fact) => fact.kind === 'topic.refused' && fact.eventId === refused.eventId);
  for (const one of repeated) told.add(one);
  const { sizeBytes, maxBytes } = refused;
  if (sizeBytes === undefined || maxBytes === undefined) {
    return { headline: `the topic refused ${event}`, lines: [`${wordsOf(refused).sentence}; it was ${event}`], told };
  }
  return {
    headline: `${event.replace(/ from .*/s, '')} is too large: ${sizeBytes} bytes`,
    lines: [
      `topic ${refused.cache}/${refused.topic} refused ${event}: it has ${sizeBytes} bytes, and a topic takes ${maxBytes}.`,
      'Send less of it there: an InputTransformer on the target of the rule, or an id in the place of the content.',
    ],
    told,
  };
}

/** It was published, and its way ended before a target took it. */
function deliveryCause(facts: readonly Fact[], { titleOf, nameOf }: Evidence): Cause | undefined {
  const ends = facts.filter((fact) => fact.kind === 'delivery.dead-lettered' || fact.kind === 'delivery.dropped');
  const attempts = facts.filter((fact) => fact.kind === 'delivery.attempted' && fact.outcome !== 'delivered');
  const last = ends.at(-1) ?? attempts.at(-1);
  if (
    last?.kind !== 'delivery.dead-lettered' &&
    last?.kind !== 'delivery.dropped' &&
    last?.kind !== 'delivery.attempted'
  ) {
    return undefined;
  }
  const { deliveryId } = last;
  const told = new Set([...ends, ...attempts].filter((fact) => 'deliveryId' in fact && fact.deliveryId === deliveryId));
  const tried = attempts.filter((fact) => 'deliveryId' in fact && fact.deliveryId === deliveryId).length;
  const { sentence } = wordsOf(last, titleOf(last), nameOf);
  const again = last.kind === 'delivery.attempted' && last.outcome === 'retry' ? [retryLine(last, tried)] : [];
  return { headline: `delivery to ${nameOf(last.targetArn)} fails`, lines: [sentence, ...again], told };
}

function retryLine({ at, ...outcome }: FactOf<'delivery.attempted'>, tried: number): string {
  const seconds = outcome.outcome === 'retry' ? Math.max(1, Math.ceil((outcome.retryAt - at) / 1000)) : 0;
  const times = tried === 1 ? 'Tried once' : `Tried ${tried} times`;
  return `${times}; the next attempt comes ${seconds} s later: npx earwitness time +${seconds}s brings it`;
}

/** A function that should have brought the event about failed. */
async function consumerCause({ own, awaited, nameOf, titleOf }: Evidence): Promise<Cause | undefined> {
  const faults: ConsumerFault[] = own.filter(isConsumerFault).filter((fault) => !isProvidedFor(fault, own));
  const [first] = faults;
  if (!first) return undefined;
  // Its permissions say why it failed, and it says where.
  const denied = own.filter((fact) => fact.kind === 'access.denied').filter(({ seq }) => seq < first.seq);
  const name = nameOf(first.functionName);
  const same = faults.filter(
    (fault) =>
      fault.kind === first.kind && fault.functionName === first.functionName && errorOf(fault) === errorOf(first),
  );
  const { sentence, details, hidden } = await describeConsumer(first, own, { nameOf, titleOf });
  const reasons = denied.map((fact) => wordsOf(fact).sentence);
  const refusal = denied.find(({ message }) => first.kind === 'function.finished' && first.error?.message === message);
  const lacks = refusal && `function ${name} lacks a permission: ${refusal.action}`;
  return {
    headline:
      lacks ??
      (first.kind === 'batch.returned'
        ? `function ${name} gave its message back`
        : `function ${name} ${first.outcome}`),
    lines: [
      (lacks ?? sentence) + (same.length > 1 ? ` (${same.length} times)` : ''),
      ...reasons,
      // Who awaits the very event that the function got awaits it where the queue sends it in the end.
      ...(awaited.size > 0 ? [...hidden, ...details] : [...details, ...hidden]),
    ],
    told: new Set<Fact>([...same, ...denied, ...redrivesOf(first, own), ...failedRecordsOf(first, own)]),
  };
}

/** What the stream says of the same failure, in the same words. */
function failedRecordsOf(fault: ConsumerFault, own: readonly Fact[]): Fact[] {
  if (fault.kind !== 'function.finished' || !own.some((fact) => isReading(fact) && isOfRun(fact, fault))) return [];
  return own.filter((fact) => fact.kind === 'records.failed' && fact.failure.message === fault.error?.message);
}

function isOfRun(fact: FactOf<'function.invoked'>, { invocationId }: ConsumerFault): boolean {
  return fact.invocationId === invocationId;
}

/** A state machine called it, and has caught its failure or tries it again. */
function isProvidedFor({ invocationId }: ConsumerFault, own: readonly Fact[]): boolean {
  const task = own.find((fact) => fact.kind === 'task.attempted' && fact.takenAs === invocationId);
  if (task?.kind !== 'task.attempted') return false;
  const failed = own.find(
    (fact) =>
      fact.kind === 'state.failed' &&
      fact.executionArn === task.executionArn &&
      fact.state === task.state &&
      fact.seq > task.seq,
  );
  return failed?.kind === 'state.failed' && failed.next !== 'not caught';
}

/** An execution that should bring the event about is not that far. */
function waitingCause({ own, all, nameOf }: Evidence): Cause | undefined {
  const started = own.findLast(
    (fact) =>
      fact.kind === 'execution.started' &&
      !own.some((one) => one.kind === 'execution.ended' && one.executionArn === fact.executionArn),
  );
  if (started?.kind !== 'execution.started') return undefined;
  const last = own.findLast(
    (fact) =>
      (fact.kind === 'state.entered' || fact.kind === 'state.failed' || fact.kind === 'task.attempted') &&
      fact.executionArn === started.executionArn,
  );
  if (last?.kind !== 'state.entered' && last?.kind !== 'state.failed' && last?.kind !== 'task.attempted') {
    return undefined;
  }
  const { text, ms } = restOf(last, advancedSince(last.seq, all));
  const machine = nameOf(machineOf(started.executionArn));
  return {
    headline: `state machine ${machine} waits in ${last.state}`,
    lines: [
      `an execution of ${machine} is in state ${last.state}, ${text}`,
      ...(ms === undefined ? [] : clockSteps(ms)),
    ],
    told: new Set(),
  };
}

/** The filters of a stream's reader let nothing through, and so it did nothing. */
function filterCause({ own, nameOf }: Evidence): Cause | undefined {
  if (own.some((fact) => isReading(fact) || fact.kind === 'event.accepted')) return undefined;
  const filtered = own.filter((fact) => fact.kind === 'records.filtered');
  const [first] = filtered;
  if (!first) return undefined;
  const headline = `a filter passes over what stands in ${nameOf(first.sourceArn)}`;
  return { headline, lines: [wordsOf(first, undefined, nameOf).sentence], told: new Set(filtered) };
}

/** An execution of a state machine that should have brought the event about failed. */
function executionCause({ own, nameOf, titleOf }: Evidence): Cause | undefined {
  const ended = own.find((fact) => fact.kind === 'execution.ended' && fact.status !== 'SUCCEEDED');
  if (ended?.kind !== 'execution.ended') return undefined;
  const where = ended.state === undefined ? '' : ` at ${ended.state}`;
  return {
    headline: `state machine ${nameOf(machineOf(ended.executionArn))} ${ended.status.toLowerCase().replace('_', ' ')}${where}`,
    lines: [wordsOf(ended, titleOf(ended), nameOf).sentence],
    told: new Set([ended]),
  };
}

function errorOf(fault: ConsumerFault): string {
  return fault.kind === 'function.finished' ? `${fault.error?.name} ${fault.error?.message}` : '';
}

/** An event or a call went nowhere. */
function lostCause(own: readonly Fact[], { titleOf, nameOf }: Evidence): Cause | undefined {
  const lost = own.find(({ kind }) => kind === 'entry.rejected' || kind === 'bus.missing' || kind === 'access.denied');
  if (!lost) return undefined;
  const { sentence } = wordsOf(lost, titleOf(lost), nameOf);
  const headlines: Partial<Record<Fact['kind'], string>> = {
    'entry.rejected': 'PutEvents refused an entry',
    'bus.missing': 'an event went to a bus that does not exist',
    'access.denied': 'a permission is missing',
  };
  return { headline: headlines[lost.kind] ?? '', lines: [sentence], told: new Set([lost]) };
}

/**
 * An event went to a bus where nobody takes it, and on another bus somebody would. Of an awaited event that is also a
 * rule by which tests hear; of others such a rule says nothing: it takes every event.
 */
async function otherBusCause(
  facts: readonly Fact[],
  { own, awaited, events, titleOf, nameOf }: Evidence,
): Promise<Cause | undefined> {
  for (const fact of facts) {
    if (fact.kind !== 'event.accepted' || isTaken(fact.eventId, own, awaited.has(fact.eventId))) continue;
    const event = events.get(fact.eventId);
    if (event === undefined) continue;
    // A trifle keeps a rule of its own bus from taking it.
    const [nearest] = await explainRules(fact.bus, event, nameOf);
    if (nearest?.isNear) continue;
    const takers = await findTakers(event, fact.bus);
    const taker = takers.find(({ takesAll }) => !takesAll) ?? takers.find(() => awaited.has(fact.eventId));
    if (!taker) continue;
    const title = titleOf(fact) ?? 'an event';
    const byDefault = fact.bus === 'default' ? ' PutEvents sends there what names no EventBusName.' : '';
    const heard = [...new Set(takers.map(({ bus }) => bus))].join(', ');
    return {
      headline: `${title.replace(/ from .*/s, '')} went to bus ${fact.bus}`,
      lines: [
        `${title} went to bus ${fact.bus}; ${
          taker.takesAll
            ? `what is heard is bus ${heard}`
            : `rule ${nameOf(taker.name)}, which matches it, is on bus ${taker.bus}`
        }`,
        `Was it meant to go to ${taker.bus}?${byDefault}`,
      ],
      told: new Set(own.filter((one) => one.kind === 'event.unmatched' && one.eventId === fact.eventId)),
    };
  }
  return undefined;
}

/** Whether an event is where it belongs: a test hears it there when it is awaited, else a rule of the system has it. */
function isTaken(eventId: string, own: readonly Fact[], isAwaited: boolean): boolean {
  if (!isAwaited) return consumersOf(eventId, own).size > 0;
  return own.some((fact) => isEar(fact) && 'eventId' in fact && fact.eventId === eventId);
}

/**
 * A rule nearly matched. Rules that only let tests hear (they send to a topic, or to a queue of the kit) match
 * everything and do not count: what another rule matched may be all that was meant, unless the difference is a trifle.
 */
async function ruleCause({ own, awaited, events, titleOf, nameOf }: Evidence): Promise<Cause | undefined> {
  for (const fact of own) {
    if (fact.kind !== 'event.accepted' || awaited.has(fact.eventId)) continue;
    const event = events.get(fact.eventId);
    if (event === undefined) continue;
    const matched = consumersOf(fact.eventId, own);
    const [nearest] = await explainRules(fact.bus, event, nameOf);
    if (!nearest || !isSuspect(nearest, matched.size)) continue;
    const title = titleOf(fact);
    const unmatched = own.filter((one) => one.kind === 'event.unmatched' && one.eventId === fact.eventId);
    return {
      headline: `rule ${nameOf(nearest.name)} does not match`,
      lines: [nearest.text, `The event is ${title} on bus ${fact.bus}.`],
      told: new Set(unmatched),
    };
  }
  return undefined;
}

function isSuspect({ matched, isNear }: MissedRule, consumers: number): boolean {
  return consumers === 0 ? matched > 0 || isNear : isNear;
}

/** Rules that matched the event, but for those by which tests hear. */
function consumersOf(eventId: string, own: readonly Fact[]): ReadonlySet<string> {
  const ears = new Set(own.flatMap((fact) => (isEar(fact) && 'rule' in fact ? [fact.rule] : [])));
  return new Set(
    own.flatMap((fact) =>
      fact.kind === 'rule.matched' && fact.eventId === eventId && !ears.has(fact.rule) ? [fact.rule] : [],
    ),
  );
}

/** A delivery by which a test hears: to a topic, or to a queue that the kit made for one subscription. */
function isEar(fact: Fact): boolean {
  if (fact.kind !== 'delivery.attempted') return false;
  return /\/topics\/[^/]+\/[^/]+$/.test(fact.url ?? '') || /:earwitness-[^:]*$/.test(fact.targetArn);
}
