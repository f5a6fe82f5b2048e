// Parallel: each branch gets the same input and runs as a thread of its own; the result has their outputs in the
// branches' order. The first that fails fails the state, with its own error.
import type { ParallelState } from '../../definition/definition.ts';
import { argumentsOf, leaveWithResult } from '../data-flow.ts';
import type { Result, Thread, Waiting } from '../execution.ts';
import type { Outcome } from '../outcome.ts';
import { checkData } from '../size.ts';
import { placeOf, type Visit } from '../visit.ts';
import { noResults, outputsOf, withResult } from './results.ts';

type BranchesWaiting = Extract<Waiting, { kind: 'branches' }>;

export async function beginParallel(at: Visit<ParallelState>): Promise<Outcome> {
  const { turn, thread, state } = at;
  const input = await argumentsOf(at);
  checkData(turn.textOf(input), thread.state);
  turn.tell(thread, { type: 'ParallelStateStarted' });
  for (const [index, branch] of state.Branches.entries()) {
    turn.add({
      parent: { thread: thread.id, index },
      block: [...placeOf(thread), 'Branches', index],
      state: branch.StartAt,
      input,
      previousEventId: thread.previousEventId,
    });
  }
  return { kind: 'waits', waiting: { kind: 'branches', results: noResults(state.Branches.length), ended: 0 } };
}

/** A branch ended. The last event of the last one is what the state's end follows. */
export async function takeBranch(
  at: Visit<ParallelState>,
  waiting: BranchesWaiting,
  ended: { readonly branch: Thread; readonly result: Result },
): Promise<Outcome> {
  const { turn, thread, state } = at;
  thread.previousEventId = ended.branch.previousEventId;
  const results = withResult(waiting.results, ended.branch.parent?.index ?? 0, ended.result);
  if (waiting.ended + 1 < state.Branches.length) {
    return { kind: 'waits', waiting: { kind: 'branches', results, ended: waiting.ended + 1 } };
  }
  turn.note(thread.previousEventId, { type: 'ParallelStateSucceeded' });
  return leaveWithResult(at, outputsOf(results), { next: state.Next });
}
