// What Parallel and Map have in common: threads of their own that they wait for, and that end with them.
import type { Thread } from '../execution.ts';
import { stateAborted } from '../history.ts';
import type { LiveThread, Turn } from '../turn.ts';
import { stateOf } from '../visit.ts';

/**
 * One of `parent`'s threads failed: the others are ended. All events follow the failure. In the history each iteration's end
 * is followed by that of the state it was at, the failed one's too. The threads stay, for a redrive.
 * Recorded on AWS: LocalStack, tests/aws/services/stepfunctions, test_service_lambda_map_timeout,
 * test_sqs_failure_in_wait_for_task_tok_no_error_field.
 */
export function endChildren(turn: Turn, parent: LiveThread, failed: Thread): void {
  const after = failed.previousEventId;
  parent.previousEventId = after;
  tellIteration(turn, failed, { after, how: 'Failed' });
  tellAborted(turn, failed, after);
  for (const child of turn.childrenOf(parent)) if (child.id !== failed.id) abort(turn, child, after);
}

/** The state that waits for them failed by itself. */
export function abortChildren(turn: Turn, parent: LiveThread): void {
  for (const child of turn.childrenOf(parent)) abort(turn, child, parent.previousEventId);
}

function abort(turn: Turn, thread: Thread, after: number): void {
  tellIteration(turn, thread, { after, how: 'Aborted' });
  tellAborted(turn, thread, after);
  cancel(turn, thread);
  for (const child of turn.childrenOf(thread)) abort(turn, child, after);
}

/** What the thread asked for is of no use any more. */
export function cancel(turn: Turn, { waiting }: Thread): void {
  if (waiting.kind === 'task' || waiting.kind === 'map run') turn.ask({ kind: 'cancel', task: waiting.task });
}

function tellAborted(turn: Turn, thread: Thread, after: number): void {
  // It may be on its way to the next state.
  if (thread.enteredEventId === 0) return;
  const told = stateAborted(stateOf(turn, thread).Type);
  if (told) turn.note(after, told);
}

function tellIteration(turn: Turn, thread: Thread, { after, how }: { after: number; how: 'Failed' | 'Aborted' }): void {
  const parent = thread.parent && turn.see(thread.parent.thread);
  if (parent?.waiting.kind !== 'items') return;
  const details = { name: parent.state, index: thread.parent?.index ?? 0 };
  if (how === 'Failed') turn.note(after, { type: 'MapIterationFailed', mapIterationFailedEventDetails: details });
  else turn.note(after, { type: 'MapIterationAborted', mapIterationAbortedEventDetails: details });
}
