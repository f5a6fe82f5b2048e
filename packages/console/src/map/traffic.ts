// What went where, counted from facts as they come: along which arrow, through which resource, into which state. Only
// the journal knows which function put an event on a bus: what a function brought about is found by its trace, while it
// runs; where several run in one trace, nobody knows, and nothing is counted. Each fact costs the same however many
// there were; what is remembered is bounded.
// Long because each kind of fact is an arrow of its own.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import {
  apiPlace,
  bucketPlace,
  busPlace,
  functionPlace,
  machinePlace,
  placeOf,
  rulePlace,
  topicPlace,
} from './place.ts';

export interface Tally {
  count: number;
  failed: number;
  /** Epoch ms of the last one. */
  at: number;
}

/** Ours: arrows and resources that are counted, and invocations whose beginning is remembered. */
const MAX_TALLIES = 10_000;
const MAX_OPEN = 5000;

const TRACED: ReadonlySet<string> = new Set(['events', 'sns', 'lambda', 'states']);

export type ArrowKind = 'delivers' | 'dead letters';

export class Traffic {
  /** By `arrowKey`. */
  readonly arrows = new Map<string, Tally>();
  /** By place. */
  readonly places = new Map<string, Tally>();
  /** By `stateKey`. */
  readonly states = new Map<string, Tally>();
  /** What runs in a trace now, by its root. */
  readonly #open = new Map<string, Set<string>>();
  /** In whose trace an invocation or an execution began. */
  readonly #began = new Map<string, string | undefined>();
  /** What deliveries and tasks became: it has its cause, and needs no trace. */
  readonly #taken = new Map<string, true>();
  /** What was told before the delivery that it is, by the arrow that it was counted on. */
  readonly #guessed = new Map<string, string>();
  #last = 0;

  take(fact: Fact): void {
    // Another cloud counts from 1.
    if (fact.seq <= this.#last) this.forget();
    this.#last = fact.seq;
    if ('takenAs' in fact && fact.takenAs !== undefined) this.#take(fact.takenAs);
    this.#count(fact);
  }

  forget(): void {
    for (const map of [this.arrows, this.places, this.states, this.#open, this.#began, this.#taken, this.#guessed])
      map.clear();
    this.#last = 0;
  }

  #count(fact: Fact): void {
    switch (fact.kind) {
      case 'request.received':
        this.#begin(apiPlace(fact.apiId), fact.traceId);
        this.#pass(apiPlace(fact.apiId), fact);
        return;
      case 'request.answered':
        this.#endRequest(fact);
        return;
      case 'function.invoked': {
        const place = functionPlace(fact.functionName);
        this.#pass(place, fact);
        if (fact.batch) this.#go([placeOf(fact.batch.queueArn), place], fact, fact.batch.messageIds.length);
        else if (fact.records) this.#go([placeOf(fact.records.sourceArn), place], fact, fact.records.count);
        else remember(this.#began, fact.invocationId, this.#causeIn(fact));
        this.#begin(place, fact.traceId);
        return;
      }
      case 'function.finished':
        this.#endFunction(fact);
        return;
      case 'event.accepted':
        this.#pass(busPlace(fact.bus), fact);
        // What a service tells of itself, nobody put.
        if (!fact.source.startsWith('aws.')) this.#learn(busPlace(fact.bus), fact);
        return;
      case 'entry.rejected':
        this.#learn(busPlace(fact.bus), fact, true);
        return;
      case 'rule.matched':
        this.#pass(rulePlace(fact.bus, fact.rule), fact);
        this.#go([busPlace(fact.bus), rulePlace(fact.bus, fact.rule)], fact);
        return;
      case 'delivery.attempted':
        this.#attempt([rulePlace(fact.bus, fact.rule), placeOf(fact.targetArn)], fact);
        return;
      case 'delivery.dead-lettered':
        this.#lose([rulePlace(fact.bus, fact.rule), fact.queueArn], fact);
        return;
      case 'bucket.notified':
        this.#pass(bucketPlace(fact.bucket), fact);
        this.#attempt([bucketPlace(fact.bucket), placeOf(fact.targetArn)], fact);
        return;
      case 'schedule.attempted':
        this.#attempt([fact.scheduleArn, placeOf(fact.targetArn)], fact);
        return;
      case 'schedule.failed':
        if (fact.queueArn !== undefined) this.#lose([fact.scheduleArn, fact.queueArn], fact);
        return;
      case 'pipe.passed':
        this.#passPipe(fact);
        return;
      case 'notification.published':
        this.#pass(fact.topicArn, fact);
        if (!this.#taken.has(fact.messageId)) {
          const guessed = this.#learn(fact.topicArn, fact);
          if (guessed !== undefined) remember(this.#guessed, fact.messageId, guessed);
        }
        return;
      case 'notification.delivered':
        for (const { endpoint, takenAs } of fact.to) {
          this.#take(takenAs);
          this.#go([fact.topicArn, placeOf(endpoint)], fact);
        }
        return;
      case 'notification.attempted':
        this.#attempt([fact.topicArn, placeOf(fact.endpoint)], fact);
        return;
      case 'notification.dead-lettered':
        this.#lose([fact.topicArn, fact.queueArn], fact);
        return;
      case 'message.redriven':
        this.#lose([fact.queueArn, fact.deadLetterQueueArn], fact);
        return;
      case 'topic.published':
        this.#pass(topicPlace(fact), fact);
        return;
      case 'topic.refused':
        this.#pass(topicPlace(fact), fact, true);
        return;
      case 'access.allowed':
        this.#learnCall(fact);
        return;
      case 'stand-in.received':
        if (fact.arn !== undefined) this.#pass(placeOf(fact.arn), fact);
        return;
      default:
        this.#countExecution(fact);
    }
  }

  #countExecution(fact: Fact): void {
    switch (fact.kind) {
      case 'execution.started': {
        const place = machinePlace(fact.executionArn);
        this.#pass(place, fact);
        remember(this.#began, fact.executionArn, this.#causeIn(fact));
        this.#begin(place, fact.traceId);
        return;
      }
      case 'execution.ended': {
        const place = machinePlace(fact.executionArn);
        this.#end(place, fact.traceId);
        if (fact.status !== 'SUCCEEDED') this.#fail(place, fact);
        this.#settle(fact.executionArn, place, fact);
        return;
      }
      case 'state.entered':
        add(this.states, stateKey(machinePlace(fact.executionArn), fact.state), fact);
        return;
      case 'state.failed':
        add(this.states, stateKey(machinePlace(fact.executionArn), fact.state), fact, { count: 0, failed: 1 });
        return;
    }
  }

  #endRequest(fact: FactOf<'request.answered'>): void {
    // The API's id stands in the fact that it began; what runs in this trace and is an API, is it.
    const open = this.#open.get(rootOf(fact.traceId) ?? '');
    const api = [...(open ?? [])].find((place) => place.startsWith('api '));
    if (api === undefined) return;
    this.#end(api, fact.traceId);
    if (fact.status >= 500) this.#fail(api, fact);
  }

  #endFunction(fact: FactOf<'function.finished'>): void {
    const place = functionPlace(fact.functionName);
    this.#end(place, fact.traceId);
    if (fact.outcome !== 'returned') this.#fail(place, fact);
    this.#settle(fact.invocationId, place, fact);
  }

  /** By its end, what has another cause than the trace is known to have it. */
  #settle(id: string, place: string, fact: Fact): void {
    const cause = this.#began.get(id);
    this.#began.delete(id);
    if (cause !== undefined && cause !== place && !this.#taken.has(id)) this.#go([cause, place], fact);
  }

  #passPipe(fact: FactOf<'pipe.passed'>): void {
    const failed = fact.failure !== undefined;
    this.#pass(fact.pipeArn, fact, failed);
    this.#go([placeOf(fact.sourceArn), fact.pipeArn], fact, fact.messageIds.length);
    if (fact.isSkipped) return;
    const arrow = arrowKey([fact.pipeArn, placeOf(fact.targetArn)]);
    const returned = failed ? fact.messageIds.length : fact.returned.length;
    add(this.arrows, arrow, fact, { count: fact.messageIds.length - returned, failed: returned });
  }

  /** A function's session bears its name, also where nothing has a trace: after a stream, a queue. */
  #learnCall(fact: FactOf<'access.allowed'>): void {
    const { principal, resource, traceId } = fact;
    const [, name] = /:assumed-role\/[^/]+\/([^/]+)$/.exec(principal) ?? [];
    const { service = '' } = parseArn(resource) ?? {};
    // What these do in a trace is counted by what comes of it.
    if (name === undefined || (traceId !== undefined && TRACED.has(service))) return;
    const target = placeOf(service === 's3' ? resource.replace(/\/.*/, '') : resource);
    const place = functionPlace(name);
    if (target !== place) add(this.arrows, arrowKey([place, target]), fact);
  }

  /** What one thing alone in a trace brought about. Returns the arrow on which it was counted. */
  #learn(to: string, fact: Fact, isFailed = false): string | undefined {
    const cause = this.#causeIn(fact);
    if (cause === undefined || cause === to) return undefined;
    const key = arrowKey([cause, to]);
    add(this.arrows, key, fact, isFailed ? { count: 0, failed: 1 } : undefined);
    return key;
  }

  /** It has a cause of its own: what was guessed of it was wrong. */
  #take(id: string): void {
    remember(this.#taken, id, true);
    const guessed = this.#guessed.get(id);
    const tally = guessed === undefined ? undefined : this.arrows.get(guessed);
    if (guessed === undefined || tally === undefined) return;
    this.#guessed.delete(id);
    tally.count--;
    if (tally.count + tally.failed === 0) this.arrows.delete(guessed);
  }

  #causeIn(fact: Fact): string | undefined {
    const root = 'traceId' in fact ? rootOf(fact.traceId) : undefined;
    const open = [...(this.#open.get(root ?? '') ?? [])];
    // An API waits for its function: what the function does is not the API's.
    const doing = open.filter((place) => !place.startsWith('api '));
    if (doing.length > 1) return undefined;
    return doing[0] ?? open[0];
  }

  #begin(place: string, traceId: string | undefined): void {
    const root = rootOf(traceId);
    if (root === undefined) return;
    const open = this.#open.get(root);
    if (open) open.add(place);
    else remember(this.#open, root, new Set([place]));
  }

  #end(place: string, traceId: string | undefined): void {
    const root = rootOf(traceId) ?? '';
    const open = this.#open.get(root);
    open?.delete(place);
    if (open?.size === 0) this.#open.delete(root);
  }

  #attempt(ends: Ends, fact: Fact & { readonly outcome: 'delivered' | 'retry' | 'failed' }): void {
    if (fact.outcome === 'delivered') this.#go(ends, fact);
    else add(this.arrows, arrowKey(ends), fact, { count: 0, failed: 1 });
  }

  #go(ends: Ends, fact: Fact, count = 1): void {
    add(this.arrows, arrowKey(ends), fact, { count, failed: 0 });
  }

  #lose(ends: Ends, fact: Fact): void {
    add(this.arrows, arrowKey(ends, 'dead letters'), fact, { count: 1, failed: 0 });
  }

  #pass(place: string, fact: Fact, isFailed = false): void {
    add(this.places, place, fact, { count: 1, failed: isFailed ? 1 : 0 });
  }

  #fail(place: string, fact: Fact): void {
    add(this.places, place, fact, { count: 0, failed: 1 });
  }
}

type Ends = readonly [from: string, to: string];

export function arrowKey([from, to]: Ends, kind: ArrowKind = 'delivers'): string {
  return `${kind}\n${from}\n${to}`;
}

export function stateKey(machine: string, state: string): string {
  return `${machine}\n${state}`;
}

function add(map: Map<string, Tally>, key: string, { at }: Fact, { count, failed } = { count: 1, failed: 0 }): void {
  const tally = map.get(key);
  if (tally) {
    tally.count += count;
    tally.failed += failed;
    tally.at = at;
  } else if (map.size < MAX_TALLIES) map.set(key, { count, failed, at });
}

/** The oldest makes room. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MAX_OPEN) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
