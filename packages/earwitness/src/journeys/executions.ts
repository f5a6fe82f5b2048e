// Executions of state machines as they go. One that has ended is printed at once; of one that does nothing for a while
// (it waits, or is to be tried again, or a task takes its time) what it has done so far is printed, and the rest later.
//
//   ARN ──→ Part { what it did since it was printed last }
//
// Memory is bounded: of a part that is long the beginning is kept and what went wrong, the rest is counted.
import { type ExecutionFact, executionName } from '@earwitness/protocol/internal/journal/execution-words';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { machineOf, plainName } from '@earwitness/protocol/internal/journal/names';
import type { Clock } from '../hearing/clock.ts';
import type { EventRef, Invocation } from './invocations.ts';
import type { Journey, JourneysListener } from './journey.ts';
import { Newest } from './newest.ts';
import { inOrder } from './traces.ts';

/** Ours, ms: what has done nothing between two looks is printed. */
const LOOK_MS = 500;
/** Ours: parts that are kept, executions that are known to have been printed, facts of a part. */
const KEPT_PARTS = 1000;
const KEPT_BEGUN = 4000;
const KEPT_FACTS = 60;

interface Part {
  /** Some of it has been printed. */
  readonly isBegun: boolean;
  readonly facts: Fact[];
  /** How many facts were not kept. */
  leftOut: number;
  /** Since the last look. */
  hasMoved: boolean;
}

export class Executions {
  readonly #listener: JourneysListener;
  readonly #clock: Clock;
  readonly #eventOf: (executionArn: string) => EventRef | undefined;
  readonly #parts = new Map<string, Part>();
  readonly #begun = new Newest<string, true>(KEPT_BEGUN);
  #callOff: (() => void) | undefined;

  /** @param options `eventOf`: the event that a rule brought to it */
  constructor(
    listener: JourneysListener,
    { clock, eventOf }: { readonly clock: Clock; readonly eventOf: (executionArn: string) => EventRef | undefined },
  ) {
    this.#listener = listener;
    this.#clock = clock;
    this.#eventOf = eventOf;
  }

  take(fact: ExecutionFact): void {
    const { executionArn } = fact;
    this.#keep(this.#partOf(executionArn), fact);
    if (fact.kind === 'execution.ended') this.#print(executionArn, fact.status !== 'SUCCEEDED');
  }

  /** A function that a task called has ended; false when nothing is known of the execution. */
  end(executionArn: string, { facts, state }: Invocation): boolean {
    const part = this.#parts.get(executionArn);
    // That a function returned is told by its task.
    if (state === 'failed') for (const fact of facts) if (part && !part.facts.includes(fact)) this.#keep(part, fact);
    return part !== undefined || this.#begun.get(executionArn) !== undefined;
  }

  /** Prints what there is. */
  settle(): void {
    for (const executionArn of this.#parts.keys()) this.#print(executionArn);
  }

  close(): void {
    this.settle();
    this.#callOff?.();
  }

  #partOf(executionArn: string): Part {
    const known = this.#parts.get(executionArn);
    if (known) return known;
    const isBegun = this.#begun.get(executionArn) !== undefined;
    const part: Part = { isBegun, facts: [], leftOut: 0, hasMoved: true };
    this.#parts.set(executionArn, part);
    if (this.#parts.size > KEPT_PARTS) this.#dropOldest();
    this.#callOff ??= this.#clock.after(LOOK_MS, () => this.#look());
    return part;
  }

  #keep(part: Part, fact: Fact): void {
    part.hasMoved = true;
    if (part.facts.length < KEPT_FACTS || isWorthKeeping(fact)) part.facts.push(fact);
    else part.leftOut++;
    // Failures may be endless, too.
    if (part.facts.length > 2 * KEPT_FACTS) part.leftOut += part.facts.splice(KEPT_FACTS, 1).length;
  }

  #look(): void {
    this.#callOff = undefined;
    for (const [executionArn, part] of this.#parts) {
      if (part.hasMoved) part.hasMoved = false;
      else this.#print(executionArn);
    }
    if (this.#parts.size > 0) this.#callOff = this.#clock.after(LOOK_MS, () => this.#look());
  }

  #print(executionArn: string, failed = false): void {
    const part = this.#parts.get(executionArn);
    if (!part) return;
    this.#parts.delete(executionArn);
    this.#begun.set(executionArn, true);
    this.#listener.ended({ ...this.#journeyOf(executionArn, part), failed });
  }

  #journeyOf(executionArn: string, { isBegun, facts, leftOut }: Part): Journey {
    const event = this.#eventOf(executionArn);
    const name = executionName(executionArn, plainName);
    const title = event && !isBegun ? `${event.title} → ${plainName(machineOf(executionArn))}` : `execution ${name}`;
    return {
      title: isBegun ? `${title} goes on` : title,
      facts: withoutRepeats(inOrder(facts)),
      failed: false,
      unmatched: false,
      ...(leftOut > 0 && { leftOut }),
    };
  }

  #dropOldest(): void {
    for (const [executionArn, part] of this.#parts) {
      this.#parts.delete(executionArn);
      this.#begun.set(executionArn, true);
      this.#listener.dropped(this.#journeyOf(executionArn, part));
      return;
    }
  }
}

/** What went wrong, and what is waited for, is kept of a long execution. */
function isWorthKeeping(fact: Fact): boolean {
  if (fact.kind === 'state.entered') return fact.waitMs !== undefined;
  return fact.kind !== 'task.attempted' || fact.outcome !== 'succeeded';
}

/**
 * Each once: a task's outcome says that its state was come to, and the failure of a state says how its task went.
 * @param facts of one execution, in order
 */
export function withoutRepeats(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact, index) => {
    if (fact.kind === 'state.entered' && fact.type === 'Task') {
      const next = nextOf(fact.state, facts.slice(index + 1));
      return !(next?.kind === 'task.attempted' && next.outcome !== 'failed');
    }
    if (fact.kind !== 'task.attempted' || fact.outcome !== 'failed') return true;
    return nextOf(fact.state, facts.slice(index + 1))?.kind !== 'state.failed';
  });
}

function nextOf(state: string, later: readonly Fact[]): Fact | undefined {
  return later.find((fact) => 'state' in fact && fact.state === state);
}
