// The journeys that are under way, from the journal's facts as they come. Each fact finds its journey by a key, so that
// what it costs does not depend on how many there are, and nothing is made into text here.
//
//   event id ──────────────→ Journey { facts, open deliveries, invocations, items }: at rest when it waits for none
//   root of the trace ─────→ Trace { requests, invocations }: of all events that came of one request
//   name of a delivery ────→ event that set off the invocation of that name, or the batch with that message
//   place in a topic ──────→ Journey of the event in the item
//
// What is part of no event's journey has one of its own: a request that published nothing, an invocation that nothing
// here set off, a consumer that came after its event's journey was printed. One line is enough where nothing failed.
//
// Memory is bounded: the oldest journey is dropped first, and reported as dropped.
// Long because every kind of fact has its place here.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn } from '@earwitness/protocol/internal/journal/journey';
import { machineOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import type { Clock } from '../hearing/clock.ts';
import { Consumers, type EventJourneys } from './consumers.ts';
import { Executions } from './executions.ts';
import type { Invocation } from './invocations.ts';
import { Items } from './items.ts';
import type { JourneysListener, UnderWay } from './journey.ts';
import { Newest } from './newest.ts';
import { Traces } from './traces.ts';

/**
 * Ours: memory for the journeys under way, estimated. One with a single target takes some 2,000 bytes and its event's
 * text.
 */
const HELD_BYTES = 16 * 1024 * 1024;
/** Ours: a journey does not wait for a next attempt that is further away. */
const REST_MS = 2000;
/** Ours: events that are known to be tried again. */
const KEPT_RETRYING = 1000;
/** Ours: what a fact takes, without the text in it. */
const FACT_BYTES = 500;

type FollowedKind = ('bus.missing' | 'event.unmatched' | 'rule.matched') | ('delivery.attempted' | 'delivery.delayed');

export class Journeys {
  readonly #listener: JourneysListener;
  /** By event id, the oldest first. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #traces = new Traces(({ eventIds, facts, title, failed, isOfEvent }) => {
    for (const eventId of eventIds) this.#settle(this.#underWay.get(eventId));
    if (failed ? eventIds.length === 0 : !isOfEvent) this.#printAlone(title, facts, failed);
  });
  /** Titles of events that were printed before a delivery had ended. */
  readonly #retrying = new Newest<string, string>(KEPT_RETRYING);
  readonly #items: Items<UnderWay>;
  readonly #consumers: Consumers;
  readonly #executions: Executions;
  #bytes = 0;

  constructor(listener: JourneysListener, clock: Clock) {
    this.#listener = listener;
    this.#items = new Items(clock, (journey) => this.#settle(journey));
    const journeys: EventJourneys = {
      begun: (eventId, invocation) => this.#waitFor(this.#underWay.get(eventId), invocation.id),
      ended: (id, invocation) =>
        this.#executions.end(id, invocation) || this.#endInvocation(this.#underWay.get(id), invocation),
      alone: (title, { facts, state }) => this.#printAlone(title, facts, state === 'failed'),
    };
    this.#consumers = new Consumers(journeys, this.#traces, clock);
    this.#executions = new Executions(listener, { clock, eventOf: (arn) => this.#consumers.eventOf(arn) });
  }

  /** Ends what is held back, and calls off every timer. */
  close(): void {
    this.settle();
    this.#executions.close();
    this.#items.close();
  }

  /** Ends what is held back for what may become known of it in a moment. */
  settle(): void {
    this.#consumers.settle();
    this.#executions.settle();
  }

  /** Takes the next fact; false when it is part of no journey. */
  take(fact: Fact): boolean {
    switch (fact.kind) {
      case 'request.received':
      case 'request.authorized':
      case 'request.answered':
        this.#traces.take(fact);
        return true;
      case 'function.invoked':
        this.#consumers.begin(fact);
        return true;
      case 'function.log':
        this.#consumers.log(fact);
        return true;
      case 'function.finished':
      case 'batch.returned':
        this.#consumers.end(fact);
        return true;
      case 'message.redriven':
        this.#redrive(fact);
        return true;
      case 'execution.started':
      case 'execution.redriven':
      case 'state.entered':
      case 'state.failed':
      case 'execution.ended':
        this.#executions.take(fact);
        return true;
      case 'task.attempted':
        this.#executions.take(fact);
        if (fact.takenAs !== undefined) this.#claimTask(fact.executionArn, fact.takenAs);
        return true;
      case 'event.accepted':
        this.#accept(fact);
        return true;
      case 'bus.missing':
      case 'event.unmatched':
      case 'rule.matched':
      case 'delivery.attempted':
      case 'delivery.delayed':
        this.#follow(this.#underWay.get(fact.eventId) ?? this.#beginAgain(fact), fact);
        return true;
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        // A bad end is printed even when the journey was dropped, or began before this printer did.
        this.#follow(
          this.#underWay.get(fact.eventId) ??
            this.#begin(fact, this.#retrying.get(fact.eventId) ?? `event ${fact.eventId}`),
          fact,
        );
        return true;
      case 'stand-in.received': {
        const journey = this.#underWay.get(fact.eventId ?? '');
        if (journey) this.#keep(journey, fact);
        return journey !== undefined;
      }
      case 'topic.published':
        this.#publish(fact);
        return true;
      case 'topic.refused':
        return this.#refuse(fact);
      // A console is open, and shows them.
      case 'access.allowed':
      case 'delivery.shaped':
        return true;
      case 'subscription.received':
        this.#receive(fact);
        return true;
      case 'subscription.opened':
        this.#items.opened(fact);
        return true;
      case 'subscription.closed':
        this.#items.closed(fact);
        return true;
      case 'notification.published':
      case 'notification.delivered':
      case 'notification.attempted':
      case 'notification.dead-lettered':
      case 'notification.dropped':
      case 'schedule.attempted':
      case 'schedule.failed':
      case 'schedule.completed':
      case 'pipe.filtered':
      case 'pipe.passed':
      case 'records.filtered':
      case 'records.failed':
      case 'records.discarded':
      case 'item.expired':
      case 'webhook.called':
      case 'call':
      case 'access.denied':
      case 'request.refused':
      case 'entry.rejected':
      case 'function.overdue':
      case 'subscription.skipped':
      case 'bucket.notified':
      case 'stack':
      case 'journal.skipped':
      case 'node':
      case 'shard.taken':
      case 'clock.advanced':
      case 'warning':
      case 'fault':
        return false;
    }
  }

  #accept(fact: FactOf<'event.accepted'>): void {
    // An event that goes on to another bus is accepted there under the same id.
    const journey =
      this.#underWay.get(fact.eventId) ?? this.#begin(fact, `${fact.detailType} from ${fact.source}`, fact.traceId);
    this.#keep(journey, fact, fact.sizeBytes);
  }

  #begin({ eventId }: { readonly eventId: string }, title: string, traceId?: string): UnderWay {
    const root = rootOf(traceId);
    const trace = root === undefined ? undefined : this.#traces.open(root);
    if (trace) trace.hasEvent = true;
    const [requestId, request] = trace?.open.entries().next().value ?? [];
    request?.eventIds.push(eventId);
    const journey: UnderWay = {
      eventId,
      title,
      trace,
      requestId,
      facts: [],
      failed: false,
      unmatched: false,
      openDeliveries: 0,
      retrying: undefined,
      invocations: undefined,
      items: undefined,
      bytes: 0,
    };
    this.#underWay.set(eventId, journey);
    return journey;
  }

  /** Of a delivery that the journey did not wait for, the success is printed; each failure on its way there is not. */
  #beginAgain(fact: FactOf<FollowedKind>): UnderWay | undefined {
    const title = this.#retrying.get(fact.eventId);
    if (title === undefined || fact.kind !== 'delivery.attempted' || fact.outcome !== 'delivered') return undefined;
    return this.#begin(fact, title);
  }

  #follow(
    journey: UnderWay | undefined,
    fact: FactOf<FollowedKind | 'delivery.dead-lettered' | 'delivery.dropped'>,
  ): void {
    if (!journey) return;
    this.#keep(journey, fact);
    switch (fact.kind) {
      case 'rule.matched':
        journey.openDeliveries += fact.targets;
        break;
      case 'event.unmatched':
        journey.unmatched = true;
        break;
      case 'bus.missing':
        journey.failed = true;
        break;
      case 'delivery.attempted':
        journey.retrying?.delete(fact.deliveryId);
        if (fact.outcome === 'delivered') this.#deliver(journey, fact);
        else journey.failed = true;
        if (fact.outcome === 'retry' && fact.retryAt - fact.at > REST_MS) {
          journey.retrying ??= new Set();
          journey.retrying.add(fact.deliveryId);
        }
        break;
      case 'delivery.delayed':
        break;
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        journey.openDeliveries--;
        journey.retrying?.delete(fact.deliveryId);
        journey.failed = true;
        if (fact.kind === 'delivery.dead-lettered') this.#claim(journey, fact.takenAs);
    }
    this.#settle(journey);
  }

  /** Why an attempt failed that stands in the journey as a status alone: said once, however often it is tried again. */
  #refuse(fact: FactOf<'topic.refused'>): boolean {
    const { eventId = '', cache, topic } = fact;
    const journey = this.#underWay.get(eventId);
    if (!journey) return this.#retrying.get(eventId) !== undefined;
    const isSaid = journey.facts.some(
      (one) => one.kind === 'topic.refused' && one.cache === cache && one.topic === topic,
    );
    if (!isSaid) this.#keep(journey, fact);
    return true;
  }

  #deliver(
    journey: UnderWay,
    { takenAs, targetArn }: Extract<FactOf<'delivery.attempted'>, { readonly outcome: 'delivered' }>,
  ): void {
    journey.openDeliveries--;
    // A function begins at once; when a queue's consumer begins, nobody knows.
    const isKnown = this.#claim(journey, takenAs);
    if (takenAs !== undefined && !isKnown && targetArn.includes(':lambda:')) this.#waitFor(journey, takenAs);
  }

  /** It comes long after its event, as a rule, and is printed by itself then. */
  #redrive(fact: FactOf<'message.redriven'>): void {
    const event = this.#consumers.eventOf(fact.messageId);
    const journey = this.#underWay.get(event?.eventId ?? '');
    if (!journey) {
      this.#printAlone(event?.title ?? `a message of ${plainName(fact.queueArn)}`, [fact]);
      return;
    }
    journey.failed = true;
    this.#keep(journey, fact);
  }

  /** What a task called stands with its execution; a function that failed was held back for this. */
  #claimTask(executionArn: string, takenAs: string): void {
    this.#consumers.claim(takenAs, { eventId: executionArn, title: `execution ${plainName(machineOf(executionArn))}` });
  }

  /** What a target took under this name is of this event; true when it is an invocation that is known. */
  #claim({ eventId, title }: UnderWay, takenAs: string | undefined): boolean {
    return takenAs !== undefined && this.#consumers.claim(takenAs, { eventId, title });
  }

  #waitFor(journey: UnderWay | undefined, invocationId: string): boolean {
    if (!journey) return false;
    journey.invocations ??= new Set();
    journey.invocations.add(invocationId);
    return true;
  }

  #endInvocation(journey: UnderWay | undefined, { id, facts, state }: Invocation): boolean {
    if (!journey) return false;
    for (const fact of facts) if (!journey.facts.includes(fact)) this.#keep(journey, fact);
    journey.failed ||= state === 'failed';
    journey.invocations?.delete(id);
    this.#settle(journey);
    return true;
  }

  #printAlone(title: string, facts: readonly Fact[], failed = true): void {
    this.#listener.ended({ title, facts, failed, unmatched: false, ...(!failed && { isBrief: true }) });
  }

  #publish(fact: FactOf<'topic.published'>): void {
    if (this.#underWay.size === 0) return;
    const journey = this.#underWay.get(eventIdIn(fact.text) ?? '');
    if (!journey) return;
    this.#items.published(fact, journey);
    this.#keep(journey, fact, fact.sizeBytes);
  }

  #receive(fact: FactOf<'subscription.received'>): void {
    const journey = this.#items.received(fact);
    if (!journey) return;
    this.#keep(journey, fact);
    this.#settle(journey);
  }

  #keep(journey: UnderWay, fact: Fact, textBytes = 0): void {
    journey.facts.push(fact);
    journey.bytes += FACT_BYTES + textBytes;
    this.#bytes += FACT_BYTES + textBytes;
    // Asked before the oldest is looked for: a Map from which much was deleted takes long to find its first entry.
    while (this.#bytes > HELD_BYTES) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const oldest of this.#underWay.values()) {
      this.#end(oldest);
      this.#listener.dropped(oldest);
      break;
    }
  }

  #settle(journey: UnderWay | undefined): void {
    if (!journey || journey.openDeliveries > (journey.retrying?.size ?? 0)) return;
    if (journey.invocations && journey.invocations.size > 0) return;
    if (journey.items && journey.items.expected.size > 0) return;
    if (journey.requestId !== undefined && journey.trace?.open.has(journey.requestId)) return;
    // It may have been dropped just now.
    if (this.#underWay.get(journey.eventId) !== journey) return;
    this.#end(journey);
    if (journey.retrying && journey.retrying.size > 0) this.#retrying.set(journey.eventId, journey.title);
    this.#listener.ended(journey);
  }

  #end(journey: UnderWay): void {
    this.#underWay.delete(journey.eventId);
    this.#bytes -= journey.bytes;
    if (journey.items) this.#items.forget(journey);
  }
}
