// Which mark brought which about: request → function → event → rule → attempt → consumer or topic item → what the test
// heard. Where the journal knows what a target made of a delivery, a consumer hangs from that delivery; where several
// could have brought something about, it hangs from what brought those about, which is true of each of them.
import type { Fact, FactOf } from '../fact.ts';
import { eventIdIn } from '../journey.ts';
import { rootOf } from '../trace.ts';
import { addTo } from './lists.ts';
import type { Mark } from './marks.ts';

/** A mark, and what it brought about, in the order in which it began. */
export interface Branch {
  readonly mark: Mark;
  readonly branches: readonly Branch[];
  /** Something went wrong here, or in what came of it. */
  readonly isBad: boolean;
  /** Several deliveries brought it about: it is drawn under another one, with what came of it. */
  readonly isElsewhere: boolean;
}

interface Growing extends Branch {
  readonly branches: Growing[];
  readonly parent: Growing | undefined;
  isBad: boolean;
}

/**
 * The marks as trees.
 * @param marks in the order in which they began: nothing is brought about by what began later
 */
export function branchesOf(marks: readonly Mark[]): readonly Branch[] {
  const known = new Known(marks);
  const roots: Growing[] = [];
  const all: Growing[] = [];
  for (const one of marks) {
    const [parent, ...others] = known.parentsOf(one);
    const isConsumer = parent?.mark.stage === 'attempt' && one.stage === 'function';
    const mark: Mark = isConsumer ? { ...one, stage: 'consumer' } : one;
    const branch = grow(mark, parent);
    (parent?.branches ?? roots).push(branch);
    known.add(branch);
    all.push(branch);
    for (const other of others) {
      const again = { ...grow(mark, other), isElsewhere: true };
      other.branches.push(again);
      all.push(again);
    }
  }
  for (const { isBad, parent } of all.reverse()) if (isBad && parent) parent.isBad = true;
  return roots;
}

/** A branch and what came of it as long as each had one outcome; what the last brought about branches off. */
export function chainFrom(branch: Branch): readonly Branch[] {
  const chain = [branch];
  let [next, ...others] = branch.branches;
  while (next && others.length === 0) {
    chain.push(next);
    [next, ...others] = next.branches;
  }
  return chain;
}

function grow(mark: Mark, parent: Growing | undefined): Growing {
  return { mark, branches: [], parent, isBad: mark.tone === 'bad', isElsewhere: false };
}

/** The marks so far, by what later ones know of them. */
class Known {
  readonly #requests = new Map<string, Growing>();
  readonly #functions = new Map<string, Growing[]>();
  readonly #executions = new Map<string, Growing>();
  readonly #events = new Map<string, Growing>();
  readonly #rules = new Map<string, Growing>();
  /** By delivery, by event, and those at topics by cache and topic. */
  readonly #attempts = new Map<string, Growing[]>();
  /** By the event that they carry, and by their places. */
  readonly #items = new Map<string, Growing>();
  readonly #notifications = new Map<string, Growing>();
  /** The last of a name, by execution. */
  readonly #states = new Map<string, Growing>();
  /** Deliveries by what their targets call them. */
  readonly #taken = new Map<string, Fact>();
  readonly #branches = new Map<Fact, Growing>();

  /** What a target took is written down when the attempt has ended, and the target may have begun before. */
  constructor(marks: readonly Mark[]) {
    for (const { fact } of marks) {
      if (fact && 'takenAs' in fact && fact.takenAs !== undefined) this.#taken.set(fact.takenAs, fact);
      if (fact?.kind !== 'notification.delivered') continue;
      for (const { takenAs } of fact.to) this.#taken.set(takenAs, fact);
    }
  }

  add(branch: Growing): void {
    const { fact } = branch.mark;
    if (fact === undefined) return;
    this.#branches.set(fact, branch);
    switch (fact.kind) {
      case 'request.received':
        this.#requests.set(rootOf(fact.traceId) ?? '', branch);
        break;
      case 'function.invoked':
        addTo(this.#functions, rootOf(fact.traceId), branch);
        break;
      case 'execution.started':
      case 'execution.redriven':
        this.#executions.set(fact.executionArn, branch);
        break;
      case 'event.accepted':
        this.#events.set(fact.eventId, branch);
        break;
      case 'rule.matched':
        this.#rules.set(ruleKey(fact), branch);
        break;
      case 'delivery.attempted':
        for (const key of [fact.deliveryId, fact.eventId, fact.url?.replace(/^.*\/topics\//, '')]) {
          addTo(this.#attempts, key, branch);
        }
        break;
      case 'state.entered':
        this.#states.set(stateKey(fact), branch);
        break;
      case 'notification.published':
        this.#notifications.set(fact.messageId, branch);
        break;
      case 'topic.published': {
        const id = eventIdIn(fact.text);
        if (id !== undefined) this.#items.set(id, branch);
        this.#items.set(placeOf(fact), branch);
      }
    }
  }

  /** The first is where it is drawn; others had a part in it. */
  parentsOf(mark: Mark): readonly Growing[] {
    const { fact, heardId, cause } = mark;
    if (fact?.kind === 'function.invoked') return this.#takersOf(fact) ?? one(this.#originOf(fact.traceId, mark.at));
    if (fact) return one(this.#parentOf(fact, mark));
    if (cause) return one(this.#branches.get(cause));
    return one(heardId === undefined ? undefined : (this.#items.get(heardId) ?? this.#events.get(heardId)));
  }

  #parentOf(fact: Fact, { at }: Mark): Growing | undefined {
    switch (fact.kind) {
      case 'delivery.attempted':
      case 'delivery.delayed':
        return this.#rules.get(ruleKey(fact)) ?? this.#events.get(fact.eventId);
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        return (
          this.#attempts.get(fact.deliveryId)?.at(-1) ??
          this.#rules.get(ruleKey(fact)) ??
          this.#events.get(fact.eventId)
        );
      case 'topic.published':
        return this.#senderOf(eventIdIn(fact.text), at);
      case 'topic.refused':
        // Whose key is refused is not read. Momento's path: `/topics/CACHE/TOPIC`.
        return fact.eventId === undefined
          ? commonOf(this.#underWay(`${fact.cache}/${fact.topic}`, at))
          : this.#senderOf(fact.eventId, at);
      case 'message.redriven':
        return this.#takerOf(fact.messageId);
      case 'execution.started':
      case 'execution.redriven':
        return this.#takerOf(fact.executionArn) ?? this.#originOf(fact.traceId, at);
      case 'task.attempted':
      case 'state.failed':
        return this.#states.get(stateKey(fact)) ?? this.#executions.get(fact.executionArn);
      case 'state.entered':
        return this.#executions.get(fact.executionArn);
      case 'subscription.received':
      case 'webhook.called':
        return this.#items.get(placeOf(fact));
      case 'notification.published':
        return this.#takerOf(fact.messageId) ?? this.#originOf(fact.traceId, at);
      case 'notification.delivered':
      case 'notification.attempted':
      case 'notification.dead-lettered':
      case 'notification.dropped':
        return this.#notifications.get(fact.messageId) ?? this.#originOf(fact.traceId, at);
      case 'event.accepted':
        return this.#originOf(fact.traceId, at);
      default:
        if ('eventId' in fact && fact.eventId !== undefined) return this.#senderOf(fact.eventId, at);
        return 'traceId' in fact ? this.#originOf(fact.traceId, at) : undefined;
    }
  }

  /** The deliveries that an invocation came of; none for a batch whose messages somebody else sent. */
  #takersOf({ invocationId, batch }: FactOf<'function.invoked'>) {
    const names = [invocationId, ...(Array.isArray(batch?.messageIds) ? batch.messageIds : [])];
    const facts = new Set(names.flatMap((name) => this.#taken.get(name) ?? []));
    const takers = [...facts].flatMap((fact) => this.#branches.get(fact) ?? []);
    return takers.length > 0 || batch ? takers : undefined;
  }

  /** The delivery that a target took under this name. */
  #takerOf(name: string): Growing | undefined {
    const fact = this.#taken.get(name);
    return fact && this.#branches.get(fact);
  }

  /** An API destination and what it reaches are connected by HTTP alone: the attempt that was under way then. */
  #senderOf(eventId: string | undefined, at: number): Growing | undefined {
    if (eventId === undefined) return undefined;
    return commonOf(this.#underWay(eventId, at)) ?? this.#events.get(eventId);
  }

  /** The attempts of an event, or at a topic, at a time. */
  #underWay(key: string, at: number): readonly Growing[] {
    return (this.#attempts.get(key) ?? []).filter(({ mark }) => isUnderWay(mark, at));
  }

  /** What did something in a trace: the function of it that ran then, or else its request. */
  #originOf(traceId: string | undefined, at: number): Growing | undefined {
    const root = rootOf(traceId);
    if (root === undefined) return undefined;
    const running = (this.#functions.get(root) ?? []).filter(({ mark }) => isUnderWay(mark, at));
    return commonOf(running) ?? this.#requests.get(root);
  }
}

/** The one, or the nearest that brought all of them about. */
function commonOf(branches: readonly Growing[]): Growing | undefined {
  const [first, ...others] = branches.map(lineageOf);
  return first?.find((branch) => others.every((lineage) => lineage.includes(branch)));
}

/** Itself, what brought it about, what brought that about. */
function lineageOf(branch: Growing): Growing[] {
  const lineage: Growing[] = [];
  for (let one: Growing | undefined = branch; one; one = one.parent) lineage.push(one);
  return lineage;
}

function isUnderWay({ at, until }: Mark, when: number): boolean {
  return at <= when && (until === undefined || until >= when);
}

function ruleKey({ eventId, bus, rule }: { readonly eventId: string; readonly bus: string; readonly rule: string }) {
  return `${eventId}\n${bus}\n${rule}`;
}

function one<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** Of a topic's item. */
function placeOf(fact: FactOf<'topic.published' | 'subscription.received' | 'webhook.called'>): string {
  return [fact.cache, fact.topic, fact.sequencePage, fact.sequenceNumber].join('\n');
}

function stateKey({ executionArn, state }: { readonly executionArn: string; readonly state: string }): string {
  return `${executionArn}\n${state}`;
}
