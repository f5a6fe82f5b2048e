// Runs one state to its end, by the interpreter's own parts: a thread that is at the state, in an execution that is
// not.
import type { MapState, State } from '../definition/definition.ts';
import { startExecution } from '../interpreter/advance.ts';
import { argumentsOf, leaveByCatcher, leaveWithResult } from '../interpreter/data-flow.ts';
import type { About } from '../interpreter/execution.ts';
import { errorOutputOf, matches, retryAfterMs } from '../interpreter/failing.ts';
import { numberOf } from '../interpreter/fields.ts';
import type { TaskAsk } from '../interpreter/happening.ts';
import type { Fails, Leaves, Outcome, StateFailure } from '../interpreter/outcome.ts';
import { begin } from '../interpreter/run.ts';
import { itemsOf, maxConcurrencyOf } from '../interpreter/states/items.ts';
import { leaveWait } from '../interpreter/states/wait.ts';
import { type LiveThread, Turn } from '../interpreter/turn.ts';
import { type Visit, visit } from '../interpreter/visit.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../query/scope.ts';
import type { World } from '../query/world.ts';
import { type Failure, StatesError } from '../states-error.ts';
import { type Inspection, Steps } from './inspection.ts';
import type { Mock, StateTest } from './request.ts';

/** Where the test is made: what the context object says of it. */
export type TestPlace = Pick<About, 'executionArn' | 'name' | 'stateMachineArn' | 'stateMachineName'>;

/** Does a task once. */
export type PerformTask = (ask: TaskAsk) => Promise<{ readonly output: Json } | { readonly failure: Failure }>;

export interface StateRun {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: Json;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspection: Inspection;
}

export interface RunOptions {
  readonly world: World;
  readonly place: TestPlace;
  readonly performTask: PerformTask;
}

export async function runState(test: StateTest, options: RunOptions): Promise<StateRun> {
  const at = visitOf(test, options);
  const steps = new Steps();
  const outcome = await tried(() => goThrough(at, { test, steps, options }));
  if (outcome.kind === 'leaves') return left(at, steps, { status: 'SUCCEEDED', leaves: outcome });
  const { failure } = outcome;
  const told = { ...(failure.error !== undefined && { error: failure.error }), ...causeOf(failure) };
  const retried = retry(at, failure, test);
  if (retried) {
    steps.errorDetails = { retryIndex: retried.index, ...retried.backoff };
    if (retried.backoff) return { status: 'RETRIABLE', ...told, inspection: steps.finish() };
  }
  const catchers = ('Catch' in at.state && at.state.Catch) || [];
  const catchIndex = catchers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const catcher = catchers[catchIndex];
  if (!catcher) return { status: 'FAILED', ...told, inspection: steps.finish() };
  steps.errorDetails = { ...steps.errorDetails, catchIndex };
  const caught = await tried(() => leaveByCatcher(at, catcher, errorOutputOf(failure)));
  if (caught.kind === 'leaves') return { ...told, ...left(at, steps, { status: 'CAUGHT_ERROR', leaves: caught }) };
  return { status: 'FAILED', ...told, inspection: steps.finish() };
}

function left(at: Visit, steps: Steps, { status, leaves }: { status: StateRun['status']; leaves: Leaves }): StateRun {
  const { output, next, assigned } = leaves;
  steps.seeVariables({ ...at.scope.variables, ...assigned });
  return { status, output, ...(next !== undefined && { nextState: next }), inspection: steps.finish() };
}

function causeOf({ cause }: StateFailure): { readonly cause?: string } {
  return cause === undefined ? {} : { cause };
}

/** A thread at the state, and what its expressions see. */
function visitOf(
  { machine, name, input, inputText, roleArn, variables, context }: StateTest,
  options: RunOptions,
): Visit {
  const { world, place } = options;
  const about: About = {
    ...{ ...place, roleArn: roleArn ?? '', type: 'EXPRESS', startedAt: world.now },
    ...{ input, inputText, isSync: true },
  };
  const turn = new Turn(machine, startExecution(about), world);
  const thread: LiveThread = {
    ...{ id: '1', block: [], state: name, input, variables, retries: [], retryCount: 0 },
    ...{ enteredAt: world.now, enteredEventId: 0, previousEventId: 0, waiting: { kind: 'nothing' } },
  };
  const at = visit(turn, thread);
  return { ...at, scope: { ...at.scope, context: context ?? contextOf(at.scope, at.state, roleArn) } };
}

/** Of a test, the role may be missing, and Map and Parallel have a RetryCount, too. So recorded. */
function contextOf({ context }: Scope, { Type: type }: State, roleArn: string | undefined): JsonObject {
  const { Execution: execution, State: state } = context;
  return {
    ...context,
    Execution: { ...Object(execution), RoleArn: roleArn ?? null },
    State: { ...Object(state), ...((type === 'Map' || type === 'Parallel') && { RetryCount: 0 }) },
  };
}

/** What a state's own fields are to blame for is told without the place that executions put before it. So recorded. */
async function tried(work: () => Promise<Outcome>): Promise<Leaves | Fails> {
  try {
    const outcome = await work();
    if (outcome.kind === 'waits') throw new Error('A state that is tested waits for nothing.');
    return outcome;
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    return { kind: 'fails', failure: { error: error.name, cause: error.message } };
  }
}

interface Going {
  readonly test: StateTest;
  readonly steps: Steps;
  readonly options: RunOptions;
}

async function goThrough(at: Visit, going: Going): Promise<Outcome> {
  const { steps, test } = going;
  const { state } = at;
  steps.seeInput(at);
  switch (state.Type) {
    case 'Task':
      return test.mock ? mocked(at, test.mock, steps) : perform(at, going);
    case 'Map':
      return goOver({ ...at, state }, going);
    case 'Parallel':
      return mocked(at, test.mock, steps);
    case 'Wait': {
      const outcome = await begin(at);
      // Its time is not waited for.
      return outcome.kind === 'waits' ? leaveWait({ ...at, state }) : outcome;
    }
    case 'Pass': {
      const result = state.Result === undefined ? await argumentsOf(at) : state.Result;
      steps.seeArguments(at, result);
      return leaveWith(at, result, steps);
    }
    default:
      return begin(at);
  }
}

async function mocked(at: Visit, mock: Mock | undefined, steps: Steps): Promise<Outcome> {
  steps.seeArguments(at, await argumentsOf(at));
  return answered(at, mock, steps);
}

function answered(at: Visit, mock: Mock | undefined, steps: Steps): Outcome | Promise<Outcome> {
  if (mock && 'failure' in mock) return { kind: 'fails', failure: mock.failure };
  return leaveWith(at, mock?.result ?? null, steps);
}

function leaveWith(at: Visit, result: Json, steps: Steps): Promise<Outcome> {
  steps.seeResult(at, result);
  return leaveWithResult(at, result, { next: 'Next' in at.state ? at.state.Next : undefined });
}

/** Has the task done: the interpreter asks for it as ever. */
async function perform(at: Visit, { steps, options }: Going): Promise<Outcome> {
  await begin(at);
  const ask = at.turn.finish().asks.find((one): one is TaskAsk => one.kind === 'task');
  if (!ask) throw new Error('A task asks for what it does.');
  steps.seeArguments(at, ask.input);
  const answer = await options.performTask(ask);
  if ('failure' in answer) return { kind: 'fails', failure: answer.failure };
  return leaveWith(at, answer.output, steps);
}

/** Of a Map all but its iterations: these are the mock. */
async function goOver(at: Visit<MapState>, { test, steps }: Going): Promise<Outcome> {
  const { state } = at;
  const items = test.readerItems ?? (state.ItemReader ? [] : await itemsOf(at));
  if (state.ItemsPath !== undefined) steps.see('afterItemsPath', items);
  const count = await number(at, 'ToleratedFailureCount', 'integer');
  const percentage = await number(at, 'ToleratedFailurePercentage', 'float');
  steps.numbers = {
    maxConcurrency: await maxConcurrencyOf(at),
    ...(count !== undefined && { toleratedFailureCount: count }),
    ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
  };
  const failed = test.iterationFailures ?? 0;
  const isExceeded =
    (count !== undefined && failed > count) ||
    (percentage !== undefined && failed * 100 > percentage * Math.max(items.length, 1));
  if (isExceeded && !(test.mock && 'failure' in test.mock)) {
    const cause = 'The specified tolerated failure threshold was exceeded';
    return { kind: 'fails', failure: { error: 'States.ExceedToleratedFailureThreshold', cause } };
  }
  return answered(at, test.mock, steps);
}

type Tolerance = 'ToleratedFailureCount' | 'ToleratedFailurePercentage';

function number(at: Visit<MapState>, name: Tolerance, range: 'integer' | 'float'): Promise<number | undefined> {
  return numberOf(at, { name, value: at.state[name], path: at.state[`${name}Path`], range });
}

/** The retrier that takes the failure, and after how long it tries again, if it does. */
function retry(at: Visit, failure: StateFailure, { retryCount }: StateTest) {
  const retriers = ('Retry' in at.state && at.state.Retry) || [];
  const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  if (index === -1) return undefined;
  at.thread.retries = retriers.map(() => retryCount);
  const afterMs = retryAfterMs(at, failure);
  return { index, backoff: afterMs === undefined ? undefined : { retryBackoffIntervalSeconds: afterMs / 1_000 } };
}
