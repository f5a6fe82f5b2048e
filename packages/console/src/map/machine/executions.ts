// Which executions there were, and which way each went through its states, from facts as they come. Bounded: the oldest
// executions make room, and of one that goes round and round the first states are kept.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { machinePlace } from '../place.ts';

export interface Execution {
  readonly arn: string;
  readonly startedAt: number;
  /** `RUNNING` until it has ended. */
  readonly status: FactOf<'execution.ended'>['status'] | 'RUNNING';
  readonly error?: string;
  readonly cause?: string;
  /** In the order in which they were entered; those of branches stand between one another. */
  readonly entered: readonly string[];
  /** By the state that failed: what it said, and what its machine made of it. */
  readonly failures: ReadonlyMap<string, string>;
  /** States whose tasks a test answered: nothing was called. */
  readonly mocked: ReadonlySet<string>;
}

/** Ours. */
const MAX_EXECUTIONS = 2000;
const MAX_ENTERED = 5000;

type Growing = Omit<Execution, 'entered' | 'failures' | 'mocked'> & {
  readonly entered: string[];
  readonly mocked: Set<string>;
  readonly failures: Map<string, string>;
};

export class Executions {
  readonly #byArn = new Map<string, Growing>();

  take(fact: Fact): void {
    switch (fact.kind) {
      case 'execution.started':
        this.#begin({
          arn: fact.executionArn,
          startedAt: fact.at,
          status: 'RUNNING',
          entered: [],
          failures: new Map(),
          mocked: new Set(),
        });
        return;
      case 'state.entered': {
        const entered = this.#byArn.get(fact.executionArn)?.entered;
        if (entered && entered.length < MAX_ENTERED) entered.push(fact.state);
        return;
      }
      case 'task.attempted':
        if (fact.isMocked) this.#byArn.get(fact.executionArn)?.mocked.add(fact.state);
        return;
      case 'state.failed':
        this.#byArn.get(fact.executionArn)?.failures.set(fact.state, failureText(fact));
        return;
      case 'execution.redriven':
      case 'execution.ended': {
        const known = this.#byArn.get(fact.executionArn);
        if (known) this.#byArn.set(fact.executionArn, endOf(known, fact));
      }
    }
  }

  forget(): void {
    this.#byArn.clear();
  }

  find(arn: string): Execution | undefined {
    return this.#byArn.get(arn);
  }

  /** @param machine its place */
  newestFirst(machine: string): Execution[] {
    return [...this.#byArn.values()].filter(({ arn }) => machinePlace(arn) === machine).reverse();
  }

  #begin(execution: Growing): void {
    this.#byArn.set(execution.arn, execution);
    if (this.#byArn.size <= MAX_EXECUTIONS) return;
    for (const oldest of this.#byArn.keys()) {
      this.#byArn.delete(oldest);
      return;
    }
  }
}

function endOf(known: Growing, fact: FactOf<'execution.ended'> | FactOf<'execution.redriven'>): Growing {
  const { error: _error, cause: _cause, ...rest } = known;
  if (fact.kind === 'execution.redriven') return { ...rest, status: 'RUNNING' };
  const { status, error, cause } = fact;
  return { ...rest, status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function failureText({ error = 'failed', cause, next }: FactOf<'state.failed'>): string {
  return `${error}${cause === undefined ? '' : `: ${messageIn(cause)}`} (${next})`;
}

/** A function's error comes as JSON with its stack; what it says is its message. */
function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
