// Threads on their way: into a state, out of it, on to the next, and at the end of a block up to the thread that waits
// for them. A thread goes on until it waits for something; then the next one has its turn.
import type { Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { leaveByCatcher } from './data-flow.ts';
import type { Result } from './execution.ts';
import { catcherFor, errorOutputOf, retryAfterMs } from './failing.ts';
import { failureDetails, stateEntered, stateExited, WHOLE } from './history.ts';
import type { Fails, Leaves, Outcome, StateFailure } from './outcome.ts';
import { checkData, checkVariables } from './size.ts';
import { abortChildren, endChildren } from './states/children.ts';
import { beginChoice } from './states/choice.ts';
import { beginFail } from './states/fail.ts';
import { beginMap, takeIteration } from './states/map.ts';
import { beginParallel, takeBranch } from './states/parallel.ts';
import { beginPass } from './states/pass.ts';
import { beginSucceed } from './states/succeed.ts';
import { beginTask } from './states/task.ts';
import { beginWait } from './states/wait.ts';
import type { LiveThread, Turn } from './turn.ts';
import { type Visit, visit } from './visit.ts';

/** Lets every thread that can go on do so, until all of them wait or the execution is over. */
export async function run(turn: Turn): Promise<void> {
  for (let thread = turn.takeReady(); thread; thread = turn.takeReady()) {
    if (turn.execution.status !== 'RUNNING') return;
    if (turn.countState()) await enter(turn, thread);
    else thread.waiting = { kind: 'turn', wake: turn.wakeAt(turn.world.now) };
  }
}

async function enter(turn: Turn, thread: LiveThread): Promise<void> {
  thread.enteredAt = turn.world.now;
  thread.retries = [];
  thread.retryCount = 0;
  const before = thread.previousEventId;
  const at = visit(turn, thread);
  turn.tell(thread, stateEntered(at.state.Type, thread.state, turn.textOf(thread.input)));
  thread.enteredEventId = thread.previousEventId;
  await settle(at, await attempt(at, () => begin(at), before));
}

/** Begins a state, for the first time or again. */
export async function begin(at: Visit): Promise<Outcome> {
  switch (at.state.Type) {
    case 'Pass':
      return beginPass({ ...at, state: at.state });
    case 'Task':
      return beginTask({ ...at, state: at.state });
    case 'Choice':
      return beginChoice({ ...at, state: at.state });
    case 'Wait':
      return beginWait({ ...at, state: at.state });
    case 'Succeed':
      return beginSucceed({ ...at, state: at.state });
    case 'Fail':
      return beginFail({ ...at, state: at.state });
    case 'Parallel':
      return beginParallel({ ...at, state: at.state });
    case 'Map':
      return beginMap({ ...at, state: at.state });
  }
}

/**
 * Does a part of a state's work; what its own fields are to blame for fails the state.
 * @param before the event before the state's first: a failed evaluation follows it, not the state's entrance. So
 * recorded; Wait, which decides later, is the exception.
 */
export async function attempt(at: Visit, work: () => Outcome | Promise<Outcome>, before?: number): Promise<Outcome> {
  try {
    const outcome = await work();
    if (outcome.kind === 'leaves') checkSizes(at, outcome);
    return outcome;
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    return failedBy(at, error, before);
  }
}

function checkSizes({ turn, thread }: Visit, { output, assigned }: Leaves): void {
  if (assigned) checkVariables(turn.textOf(assigned), thread.state);
  checkData(turn.textOf(output), thread.state);
}

function failedBy({ turn, thread, state }: Visit, error: StatesError, before: number | undefined): Fails {
  const where = `An error occurred while executing the state '${thread.state}' (entered at the event id #${thread.enteredEventId}). `;
  const cause = error.name === 'States.DataLimitExceeded' ? error.message : where + error.message;
  const failure: StateFailure = { error: error.name, cause };
  if (error.evaluation) {
    const isFirst = thread.previousEventId === thread.enteredEventId;
    if (isFirst && before !== undefined && state.Type !== 'Wait') thread.previousEventId = before;
    const evaluationFailedEventDetails = { state: thread.state, ...error.evaluation, ...failureDetails(failure) };
    turn.tell(thread, { type: 'EvaluationFailed', evaluationFailedEventDetails });
  }
  return { kind: 'fails', failure };
}

/** Does with a thread what came of its state. */
export async function settle(at: Visit, outcome: Outcome): Promise<void> {
  switch (outcome.kind) {
    case 'waits':
      at.thread.waiting = outcome.waiting;
      return;
    case 'leaves':
      return leave(at, outcome);
    case 'fails':
      return fail(at, outcome.failure);
  }
}

async function leave({ turn, thread, state }: Visit, { output, assigned, next }: Leaves): Promise<void> {
  if (state.Type !== 'Fail') {
    turn.tell(thread, stateExited(state.Type, thread.state, { output: turn.textOf(output), assigned }));
  }
  if (assigned) thread.variables = { ...thread.variables, ...assigned };
  if (next !== undefined) {
    Object.assign(thread, { state: next, input: output, enteredEventId: 0 });
    turn.goOn(thread);
    return;
  }
  turn.drop(thread);
  if (thread.parent) await endChild(visit(turn, turn.live(thread.parent.thread)), thread, { output });
  else succeed(turn, thread, output);
}

/** A branch or an iteration ended. */
async function endChild(at: Visit, child: LiveThread, result: Result): Promise<void> {
  const { state } = at;
  const { waiting } = at.thread;
  if (waiting.kind === 'branches' && state.Type === 'Parallel') {
    await settle(at, await attempt(at, () => takeBranch({ ...at, state }, waiting, { branch: child, result })));
  }
  if (waiting.kind === 'items' && state.Type === 'Map') {
    await settle(at, await attempt(at, () => takeIteration({ ...at, state }, waiting, { iteration: child, result })));
  }
}

async function fail(at: Visit, failure: StateFailure): Promise<void> {
  const { turn, thread, state } = at;
  if (!failure.isInner) abortChildren(turn, thread);
  const delayMs = retryAfterMs(at, failure);
  if (delayMs !== undefined) {
    turn.dropChildren(thread);
    thread.waiting = { kind: 'retry', wake: turn.wakeAt(turn.world.now + delayMs) };
    return;
  }
  if (failure.isInner || failure.error !== 'States.Runtime') tellFailed(at);
  const catcher = catcherFor(state, failure);
  if (!catcher) return failUp(at, failure);
  turn.dropChildren(thread);
  const outcome = await attempt(at, () => leaveByCatcher(at, catcher, errorOutputOf(failure)));
  if (outcome.kind === 'fails') await failUp(at, outcome.failure);
  else await settle(at, outcome);
}

/** A path that leads nowhere ends Parallel and Map without a word of their own, as recorded. */
function tellFailed({ turn, thread, state }: Visit): void {
  if (state.Type === 'Parallel') turn.tell(thread, { type: 'ParallelStateFailed' });
  if (state.Type === 'Map') turn.tell(thread, { type: 'MapStateFailed' });
}

/** Nothing in the state's definition takes the failure: it is its block's. */
async function failUp({ turn, thread }: Visit, failure: StateFailure): Promise<void> {
  if (thread.waiting.kind !== 'map run' && turn.childrenOf(thread).length === 0) thread.waiting = { kind: 'nothing' };
  if (!thread.parent) return end(turn, thread, failure);
  const parent = turn.live(thread.parent.thread);
  endChildren(turn, parent, thread);
  await fail(visit(turn, parent), { ...failure, isInner: true });
}

function succeed(turn: Turn, thread: LiveThread, output: Json): void {
  turn.tell(thread, {
    type: 'ExecutionSucceeded',
    executionSucceededEventDetails: { output: turn.textOf(output), outputDetails: WHOLE },
  });
  Object.assign(turn.execution, { status: 'SUCCEEDED', output, stoppedAt: turn.world.now });
}

function end(turn: Turn, thread: LiveThread, { error, cause }: StateFailure): void {
  Object.assign(turn.execution, { status: 'FAILED', failure: { error, cause }, stoppedAt: turn.world.now });
  turn.tell(thread, { type: 'ExecutionFailed', executionFailedEventDetails: failureDetails({ error, cause }) });
}
