// What a deployment changed, as the journal tells it while the stack is updated.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

/** What became of one resource. */
export interface StackChange {
  /** `Orders/Queue` in a nested stack. */
  readonly logicalId: string;
  readonly type: string;
  readonly change: 'added' | 'changed' | 'replaced' | 'removed';
}

export class StackChanges {
  readonly #stack: string;
  readonly #changes = new Map<string, StackChange>();

  constructor(stack: string) {
    this.#stack = stack;
  }

  take(fact: Fact): void {
    if (fact.kind !== 'stack' || fact.resourceType === 'AWS::CloudFormation::Stack') return;
    const within = withinStack(this.#stack, fact.stack);
    if (!within) return;
    const { resourceType: type } = fact;
    const logicalId = [...within, fact.logicalId].join('/');
    const before = this.#changes.get(logicalId)?.change;
    const change = changeOf(fact.status, fact.reason, before);
    if (change !== undefined) this.#changes.set(logicalId, { logicalId, type, change });
  }

  /** Every change so far, in the order in which the resources were first touched. */
  list(): readonly StackChange[] {
    return [...this.#changes.values()];
  }
}

/** Logical ids of the nested stacks that lead to it; `undefined` when it is no nested stack of `outer`. */
function withinStack(outer: string, name: string): readonly string[] | undefined {
  if (name === outer) return [];
  if (!name.startsWith(`${outer}-`)) return undefined;
  const steps = name.slice(outer.length + 1).match(/[A-Za-z0-9]+-[A-Z0-9]{12,13}(?=-|$)-?/g) ?? [];
  if (steps.join('').length !== name.length - outer.length - 1) return undefined;
  return steps.map((step) => step.split('-')[0] ?? '');
}

function changeOf(
  status: string,
  reason: string | undefined,
  before: StackChange['change'] | undefined,
): StackChange['change'] | undefined {
  if (status === 'CREATE_COMPLETE') return 'added';
  // The reason that CloudFormation gives for every replacement, and gives first.
  if (reason?.startsWith('Requested update requires the creation of a new physical resource')) return 'replaced';
  if (status === 'UPDATE_COMPLETE') return before ?? 'changed';
  // The old one of a resource that was replaced goes as well.
  if (status === 'DELETE_COMPLETE') return before ?? 'removed';
  return undefined;
}
