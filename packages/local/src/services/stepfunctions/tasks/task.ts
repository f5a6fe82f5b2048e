// One attempt of a task, and how it can end.
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import type { Call } from '../../../call.ts';

/** The execution whose task it is. */
export interface TaskOwner {
  readonly account: string;
  readonly region: string;
  readonly executionArn: string;
  /** Of its row. */
  readonly executionId: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly traceHeader?: string;
}

/** A task that is to be called now. */
export interface Task {
  readonly ask: TaskAsk;
  readonly owner: TaskOwner;
  /** On whose behalf: as the execution's role, or that of `Credentials`. */
  readonly origin: Omit<Call, 'requestId'>;
}

export type Outcome =
  /** `.sync` and `.waitForTaskToken`: it is the answer to the call, the result is still to come. */
  { readonly kind: 'answered'; readonly output: Json; readonly takenAs?: string } | Failed;

export interface Failed {
  readonly kind: 'failed';
  readonly error: string;
  readonly cause: string;
  /** What the call brought about: the id of an invocation, the ARN of an execution. */
  readonly takenAs?: string;
}

/** What was given to a task that wants a JSON object. */
export function parametersOf({ ask: { input } }: Task): JsonObject {
  return isObject(input) ? input : {};
}

/**
 * What Step Functions finds wrong with what a task was given, before it calls anything. Nothing catches it.
 * Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services/test_apigetway_task_service).
 */
export function notStarted({ ask }: Task, problem: string): Failed {
  const given = JSON.stringify(ask.input);
  return failed('States.Runtime', `The Parameters '${given}' could not be used to start the Task: [${problem}]`);
}

/** What fails when this cloud does: a fault of ours, which the journal has. */
export function ownFault(message: string): { readonly error: string; readonly cause: string } {
  return { error: 'States.Runtime', cause: `A fault of the local cloud: ${message}` };
}

export function failed(error: string, cause: string): Failed {
  return { kind: 'failed', error, cause };
}
