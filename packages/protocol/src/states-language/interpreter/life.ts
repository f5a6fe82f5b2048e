// How an execution begins, is ended from outside, and begins again: none of it is a state's doing.
//
// Source of the events: recorded on AWS: LocalStack, tests/aws/services/stepfunctions, test_stop_execution: an end from
// outside follows no event. Redrive: developer guide, "Restarting state machine executions with redrive".
import type { Failure } from '../states-error.ts';
import { failureDetails, WHOLE } from './history.ts';
import type { Outcome } from './outcome.ts';
import { attempt, begin, settle } from './run.ts';
import { cancel } from './states/children.ts';
import { redriveMapRun } from './states/map-run.ts';
import type { Turn } from './turn.ts';
import { type Visit, visit } from './visit.ts';

/** Source: developer guide, "Step Functions service quotas": maximum execution time, Standard. */
const STANDARD_MAX_SECONDS = 365 * 24 * 60 * 60;

/** The same, Express. */
const EXPRESS_MAX_SECONDS = 5 * 60;

export function start(turn: Turn): boolean {
  const { about, lastEventId } = turn.execution;
  if (lastEventId > 0) return false;
  turn.note(0, {
    type: 'ExecutionStarted',
    executionStartedEventDetails: {
      input: about.inputText,
      inputDetails: WHOLE,
      roleArn: about.roleArn,
      ...(about.stateMachineAliasArn !== undefined && { stateMachineAliasArn: about.stateMachineAliasArn }),
      ...(about.stateMachineVersionArn !== undefined && { stateMachineVersionArn: about.stateMachineVersionArn }),
    },
  });
  limitTime(turn);
  turn.add({ block: [], state: turn.machine.StartAt, input: about.input, previousEventId: 0 });
  return true;
}

export function stop(turn: Turn, failure: Failure): boolean {
  end(turn);
  const { error, cause } = failure;
  Object.assign(turn.execution, { status: 'ABORTED', failure: { error, cause } });
  turn.note(0, { type: 'ExecutionAborted', executionAbortedEventDetails: failureDetails(failure) });
  return true;
}

export function timeOut(turn: Turn): boolean {
  end(turn);
  turn.execution.status = 'TIMED_OUT';
  turn.note(0, { type: 'ExecutionTimedOut', executionTimedOutEventDetails: {} });
  return true;
}

/** The history has room for one event more. */
export function endFull(turn: Turn): void {
  const failure = {
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  };
  end(turn);
  Object.assign(turn.execution, { status: 'FAILED', failure });
  turn.note(turn.execution.lastEventId, { type: 'ExecutionFailed', executionFailedEventDetails: failure });
}

function end(turn: Turn): void {
  for (const thread of turn.threads()) cancel(turn, thread);
  turn.execution.stoppedAt = turn.world.now;
}

/**
 * What did not come to its end begins again, each thread with the state it was at; results that are there stay. Attempts and
 * time are counted anew.
 */
export async function redrive(turn: Turn): Promise<boolean> {
  const { execution } = turn;
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return false;
  delete execution.failure;
  delete execution.stoppedAt;
  execution.status = 'RUNNING';
  execution.redriveCount += 1;
  execution.redrivenAt = turn.world.now;
  const redriven = turn.note(execution.lastEventId, {
    type: 'ExecutionRedriven',
    executionRedrivenEventDetails: { redriveCount: execution.redriveCount },
  });
  limitTime(turn);
  const ids: string[] = [];
  for (const { id } of turn.threads()) {
    const thread = turn.live(id);
    Object.assign(thread, { previousEventId: redriven, retries: [], retryCount: 0 });
    if (turn.childrenOf(thread).length === 0) ids.push(id);
  }
  for (const id of ids) await beginAgain(turn, id);
  return true;
}

/** Unless the execution, or what the thread belongs to, ended meanwhile. Of all states only Fail is entered once more. */
async function beginAgain(turn: Turn, id: string): Promise<void> {
  if (turn.execution.status !== 'RUNNING' || !turn.see(id)) return;
  const at = visit(turn, turn.live(id));
  if (at.state.Type === 'Fail') turn.goOn(at.thread);
  else await settle(at, await attempt(at, () => beginOrGoOn(at)));
}

function beginOrGoOn(at: Visit): Promise<Outcome> {
  const { state } = at;
  const { waiting } = at.thread;
  const mapRunArn = waiting.kind === 'map run' ? waiting.mapRunArn : undefined;
  return state.Type === 'Map' && mapRunArn !== undefined ? redriveMapRun({ ...at, state }, mapRunArn) : begin(at);
}

function limitTime(turn: Turn): void {
  const { TimeoutSeconds = STANDARD_MAX_SECONDS } = turn.machine;
  const isStandard = turn.execution.about.type === 'STANDARD';
  const seconds = isStandard ? TimeoutSeconds : Math.min(TimeoutSeconds, EXPRESS_MAX_SECONDS);
  turn.execution.timeoutWake = turn.wakeAt(turn.world.now + seconds * 1_000);
}
