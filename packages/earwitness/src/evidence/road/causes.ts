// Which mark brought which about: request → function → event → rule → attempt → consumer or topic item → what the test
// heard. Where the journal knows what a target made of a delivery, a consumer hangs from that delivery; where several
// could have brought something about, it hangs from what brought those about, which is true of each of them.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn, rootOf } from '@earwitness/protocol/internal/journal/journey';
import type { Evidence } from '../evidence.ts';
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
  readonly #items = new Map<string, Growing>();
  /** Deliveries by what their targets call them. */
  readonly #taken = new Map<string, Evidence>();
  readonly #branches = new Map<Evidence, Growing>();

  /** What a target took is written down when the attempt has ended, and the target may have begun before. */
  constructor(marks: readonly Mark[]) {
    for (const mark of marks) {
      const fact = factOf(mark);
      if (fact && 'takenAs' in fact && fact.takenAs !== undefined) this.#taken.set(fact.takenAs, mark.line);
    }
  }

  add(branch: Growing): void {
    const { mark } = branch;
    this.#branches.set(mark.line, branch);
    const fact = factOf(mark);
    switch (fact?.kind) {
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
      case 'topic.published': {
        const id = eventIdIn(fact.text);
        if (id !== undefined) this.#items.set(id, branch);
      }
    }
  }

  /** The first is where it is drawn; others had a part in it. */
  parentsOf(mark: Mark): readonly Growing[] {
    const fact = factOf(mark);
    if (fact?.kind === 'function.invoked') return this.#takersOf(fact) ?? one(this.#originOf(fact.traceId, mark.at));
    return one(fact ? this.#parentOf(fact, mark) : this.#parentOfHeard(mark));
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
        return this.#executions.get(fact.executionArn);
      case 'event.accepted':
        return this.#originOf(fact.traceId, at);
      default:
        if ('eventId' in fact && fact.eventId !== undefined) return this.#senderOf(fact.eventId, at);
        return 'traceId' in fact ? this.#originOf(fact.traceId, at) : undefined;
    }
  }

  #parentOfHeard({ line }: Mark): Growing | undefined {
    if (line.kind !== 'item') return undefined;
    const { message } = line;
    const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
    return typeof id === 'string' ? (this.#items.get(id) ?? this.#events.get(id)) : undefined;
  }

  /** The deliveries that an invocation came of; none for a batch whose messages somebody else sent. */
  #takersOf({ invocationId, batch }: FactOf<'function.invoked'>) {
    const names = [invocationId, ...(Array.isArray(batch?.messageIds) ? batch.messageIds : [])];
    const lines = new Set(names.flatMap((name) => this.#taken.get(name) ?? []));
    const takers = [...lines].flatMap((line) => this.#branches.get(line) ?? []);
    return takers.length > 0 || batch ? takers : undefined;
  }

  /** The delivery that a target took under this name. */
  #takerOf(name: string): Growing | undefined {
    const line = this.#taken.get(name);
    return line && this.#branches.get(line);
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

function factOf({ line }: Mark): Fact | undefined {
  return line.kind === 'fact' ? line.fact : undefined;
}

function ruleKey({ eventId, bus, rule }: { readonly eventId: string; readonly bus: string; readonly rule: string }) {
  return `${eventId}\n${bus}\n${rule}`;
}

function one<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
