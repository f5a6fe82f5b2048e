// Task: has something done, by whoever runs the execution, and takes what came of it as its result. Its time counts
// from when it was started: a task that nobody takes waits.
import type { TaskState } from '../../definition/definition.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { fillExpressions } from '../../query/jsonata/fill.ts';
import { fillTemplate } from '../../query/template.ts';
import { hasToken } from '../../resource.ts';
import { StatesError } from '../../states-error.ts';
import { argumentsOf, effectiveScope, leaveWithResult } from '../data-flow.ts';
import type { Waiting } from '../execution.ts';
import { boundedNumberOf } from '../fields.ts';
import type { Happening } from '../happening.ts';
import type { Outcome, StateFailure } from '../outcome.ts';
import { checkData } from '../size.ts';
import { type Visit, withToken } from '../visit.ts';
import {
  resourceOf,
  subjectOf,
  taskFailed,
  taskScheduled,
  taskStarted,
  taskSubmitted,
  taskSucceeded,
  taskTimedOut,
} from './task-event.ts';

/** Source: developer guide, "Task state": TimeoutSeconds, HeartbeatSeconds. */
const SECONDS_MAX = 99_999_999;

type TaskWaiting = Extract<Waiting, { kind: 'task' }>;
type TaskHappening = Exclude<Happening, { kind: 'started' | 'stopped' | 'redriven' }>;

export async function beginTask(plain: Visit<TaskState>): Promise<Outcome> {
  const { turn, thread, state } = plain;
  const resource = resourceOf(state);
  const token = hasToken(resource) ? turn.world.uuid() : undefined;
  const at = withToken(plain, token);
  const input = await argumentsOf(at);
  checkData(turn.textOf(input), thread.state);
  const timeoutSeconds = await secondsOf(at, 'TimeoutSeconds');
  const heartbeatSeconds = await secondsOf(at, 'HeartbeatSeconds');
  const credentials = await credentialsOf(at);
  const roleArn = credentials && roleOf(credentials, state);
  const region = turn.execution.about.executionArn.split(':')[3] ?? '';
  const schedule = { region, input: turn.textOf(input), timeoutSeconds, heartbeatSeconds, credentials };
  turn.tell(thread, taskScheduled(resource, schedule));

  const task = turn.newId();
  const heartbeat = heartbeatSeconds !== undefined && { heartbeatMs: heartbeatSeconds * 1_000 };
  const answer = token !== undefined && { token };
  turn.ask({
    kind: 'task',
    task,
    state: thread.state,
    resource: state.Resource,
    input,
    ...(roleArn !== undefined && { roleArn }),
    ...answer,
    retryCount: thread.retryCount,
    ...heartbeat,
  });
  const timeout = timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1_000 };
  const waiting: TaskWaiting = {
    kind: 'task',
    task,
    resource: state.Resource,
    input,
    ...answer,
    ...timeout,
    ...heartbeat,
  };
  return { kind: 'waits', waiting };
}

function secondsOf(at: Visit<TaskState>, name: 'TimeoutSeconds' | 'HeartbeatSeconds'): Promise<number | undefined> {
  const field = { name, value: at.state[name], path: at.state[`${name}Path`] };
  return boundedNumberOf(at, { ...field, least: 1, most: SECONDS_MAX });
}

async function credentialsOf(at: Visit<TaskState>): Promise<JsonObject | undefined> {
  const { turn, state, scope } = at;
  if (!state.Credentials) return undefined;
  const credentials =
    state.QueryLanguage === 'JSONata'
      ? await fillExpressions(state.Credentials, scope, { field: 'Credentials', world: turn.world })
      : fillTemplate(state.Credentials, effectiveScope(at), turn.world);
  return isObject(credentials) ? credentials : undefined;
}

/** The sentences are ours, the first in the form of other fields'. */
function roleOf({ RoleArn: role = null }: JsonObject, { Credentials: given = {}, QueryLanguage: language }: TaskState) {
  if (typeof role === 'string') return role;
  if (language === 'JSONata') {
    const cause = `The Credentials/RoleArn field is not a string: ${JSON.stringify(role)}`;
    throw new StatesError('States.QueryEvaluationError', cause, { location: 'Credentials/RoleArn' });
  }
  const path = given['RoleArn.$'];
  const told = `The RoleArn.$ field refers to value "${JSON.stringify(role)}" which is not a string: ${path}`;
  throw new StatesError('States.Runtime', told);
}

/** Something happened to it. */
export function answerTask(
  at: Visit<TaskState>,
  waiting: TaskWaiting,
  happening: TaskHappening,
): Outcome | Promise<Outcome> {
  switch (happening.kind) {
    case 'task started':
      return startTask(at, waiting, happening.workerName);
    case 'task submitted':
      return submitTask(at, waiting, happening.output);
    case 'task heartbeat':
      return keepTask(at, waiting);
    case 'task succeeded':
      return succeedTask(at, happening.output);
    case 'task failed':
      return failTask(at, { error: happening.error, cause: happening.cause });
    case 'task refused':
      throw new StatesError(happening.error, happening.cause);
    case 'woken':
      return wakeTask(at, waiting, happening.wake);
    case 'map run started':
      return { kind: 'waits', waiting };
  }
}

/** A worker took it: its time counts. */
function startTask({ turn, thread, state }: Visit<TaskState>, waiting: TaskWaiting, workerName?: string): Outcome {
  if (waiting.startedAt !== undefined) return { kind: 'waits', waiting };
  const { now } = turn.world;
  const { timeoutMs, heartbeatMs } = waiting;
  turn.tell(thread, taskStarted(resourceOf(state), workerName));
  return {
    kind: 'waits',
    waiting: {
      ...waiting,
      startedAt: now,
      ...(timeoutMs !== undefined && { timeoutWake: turn.wakeAt(now + timeoutMs) }),
      ...(heartbeatMs !== undefined && {
        heartbeatWake: turn.wakeAt(now + heartbeatMs),
        heartbeatDueAt: now + heartbeatMs,
      }),
    },
  };
}

/** Its call was answered; the result is still to come. */
function submitTask({ turn, thread, state }: Visit<TaskState>, waiting: TaskWaiting, output: Json): Outcome {
  const resource = resourceOf(state);
  // What has an ARN of its own is not submitted: it is handed out, or answers.
  if (!('arn' in resource)) turn.tell(thread, taskSubmitted(resource, JSON.stringify(output)));
  return { kind: 'waits', waiting };
}

/** A heartbeat sets the heartbeat's clock back, and no other. It is not told in the history. */
function keepTask({ turn }: Visit<TaskState>, waiting: TaskWaiting): Outcome {
  const { heartbeatMs, heartbeatDueAt } = waiting;
  if (heartbeatMs === undefined || heartbeatDueAt === undefined) return { kind: 'waits', waiting };
  return { kind: 'waits', waiting: { ...waiting, heartbeatDueAt: turn.world.now + heartbeatMs } };
}

async function succeedTask(at: Visit<TaskState>, output: Json): Promise<Outcome> {
  const { turn, thread, state } = at;
  const resource = resourceOf(state);
  let text: string;
  try {
    text = turn.textOf(output);
    checkData(text, subjectOf(resource));
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    return failTask(at, { error: error.name, cause: error.message });
  }
  turn.tell(thread, taskSucceeded(resource, text));
  return leaveWithResult(at, output, { next: state.Next });
}

function failTask({ turn, thread, state }: Visit<TaskState>, failure: StateFailure): Outcome {
  turn.tell(thread, taskFailed(resourceOf(state), failure));
  return { kind: 'fails', failure: { ...failure, isInner: true } };
}

/** A time that was asked for has come: it was the task's, or its heartbeat's unless one came meanwhile. */
function wakeTask(at: Visit<TaskState>, waiting: TaskWaiting, wake: string): Outcome {
  const { turn } = at;
  if (wake === waiting.timeoutWake) return timeOutTask(at, waiting, { error: 'States.Timeout', cause: undefined });
  const dueAt = waiting.heartbeatDueAt ?? 0;
  if (dueAt > turn.world.now) return { kind: 'waits', waiting: { ...waiting, heartbeatWake: turn.wakeAt(dueAt) } };
  // A missed heartbeat is told as a time-out; Retry and Catch know it by both names.
  return timeOutTask(at, waiting, { error: 'States.Timeout', cause: undefined, alias: 'States.HeartbeatTimeout' });
}

function timeOutTask({ turn, thread, state }: Visit<TaskState>, waiting: TaskWaiting, failure: StateFailure): Outcome {
  turn.ask({ kind: 'cancel', task: waiting.task });
  turn.tell(thread, taskTimedOut(resourceOf(state), failure));
  return { kind: 'fails', failure: { ...failure, isInner: true } };
}
