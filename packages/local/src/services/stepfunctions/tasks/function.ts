// A function: its ARN as Resource, with the payload and the result as they are, or `lambda:invoke`.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { checkData } from '@earwitness/protocol/internal/states-language/interpreter/size';
import { subjectOf } from '@earwitness/protocol/internal/states-language/interpreter/states/task-event';
import { isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { jsonFault, parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import { parseResource } from '@earwitness/protocol/internal/states-language/resource';
import { StatesError } from '@earwitness/protocol/internal/states-language/states-error';
import type { Platform } from '../../../platform.ts';
import { optimizedRefusal } from './refusal.ts';
import { OPTIMIZED_SERVICES } from './sdk-service.ts';
import { callService, metadataOf } from './service-call.ts';
import { type Failed, failed, notStarted, type Outcome, parametersOf, type Task } from './task.ts';

const LAMBDA = OPTIMIZED_SERVICES.lambda;

/** A function's ARN as Resource. */
export async function invokeRaw(platform: Platform, task: Task): Promise<Outcome> {
  const { resource: FunctionName, input } = task.ask;
  const invoked = await invoke(platform, task, { FunctionName, Payload: JSON.stringify(input) });
  if (invoked.kind !== 'returned') return invoked;
  return { kind: 'answered', output: invoked.payload, takenAs: invoked.takenAs };
}

/**
 * `lambda:invoke`. The members of the answer are in the alphabet's order.
 * Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services/test_lambda_task_service).
 */
export async function invokeFunction(platform: Platform, task: Task): Promise<Outcome> {
  // A text is JSON as it is. Source: recorded on AWS, the same: test_invoke_json_values.
  const { Payload = {}, ...others } = parametersOf(task);
  const invoked = await invoke(platform, task, { ...others, Payload: Payload ?? {} });
  if (invoked.kind === 'failed') return { ...invoked, cause: compact(invoked.cause) };
  if (invoked.kind !== 'returned') return invoked;
  const { version, log, payload, status, metadata } = invoked;
  return {
    kind: 'answered',
    output: {
      ...(version !== undefined && { ExecutedVersion: version }),
      ...(log !== undefined && { LogResult: log }),
      Payload: payload,
      ...metadata,
      StatusCode: status,
    },
    takenAs: invoked.takenAs,
  };
}

interface Returned {
  readonly kind: 'returned';
  readonly payload: Json;
  readonly status: number;
  readonly version?: string | undefined;
  readonly log?: string | undefined;
  readonly metadata: JsonObject;
  /** The id of the request is that of the invocation. */
  readonly takenAs: string;
}

async function invoke(platform: Platform, task: Task, parameters: JsonObject): Promise<Returned | Outcome> {
  const answer = await callService(platform, task, { service: 'lambda', operation: 'Invoke', parameters });
  if (answer.kind === 'refused') return optimizedRefusal(LAMBDA, { ...answer, error: withVersion(answer.error) });
  if (answer.kind === 'not called') return notStarted(task, answer.problems.join(', '));
  const output: InvokeOutput = Object(answer.output);
  const text = output.Payload === undefined ? '' : Buffer.from(output.Payload).toString();
  if (output.FunctionError !== undefined) return { ...failed(errorTypeOf(text), text), takenAs: answer.requestId };
  const payloadOf = parseAnswer(text);
  if (payloadOf === undefined) return noJson(text, task);
  return {
    kind: 'returned',
    payload: payloadOf,
    status: output.StatusCode ?? 200,
    version: output.ExecutedVersion,
    log: output.LogResult,
    metadata: metadataOf(answer.model, text, answer.requestId),
    takenAs: answer.requestId,
  };
}

/**
 * A function that is not there is told with its version, also where none was named.
 * Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/error_handling/test_task_service_lambda).
 */
function withVersion(error: ServiceError): ServiceError {
  const isPlain = /^Function not found: arn(:[^:]+){6}$/.test(error.message);
  return isPlain ? new ServiceError(error.code, `${error.message}:$LATEST`, { status: 404 }) : error;
}

interface InvokeOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly LogResult?: string;
  readonly Payload?: Uint8Array;
}

/**
 * JSON without spaces: `lambda:invoke` reads what a function failed with and writes it anew; an ARN as Resource leaves
 * it byte for byte. Source: recorded on AWS (LocalStack, error_handling/test_task_service_lambda and test_task_lambda).
 */
function compact(cause: string): string {
  const value = parseJson(cause);
  return value === undefined ? cause : JSON.stringify(value);
}

/** What a function says that it failed with. The whole of its answer is the cause. */
function errorTypeOf(text: string): string {
  const answer = parseJson(text);
  const errorType = isObject(answer) ? answer['errorType'] : undefined;
  return typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown';
}

/** How much it is comes first. Source: recorded on AWS, error_handling/test_states_errors: large bytes of Python. */
function noJson(text: string, { ask }: Task): Failed {
  const resource = parseResource(ask.resource);
  try {
    if (resource) checkData(text, subjectOf(resource));
  } catch (error) {
    if (error instanceof StatesError) return failed(error.name, error.message);
    throw error;
  }
  return failed('Lambda.Unknown', `The function of task ${ask.state} answered: ${jsonFault(text)}`);
}

/** An invocation as `Event` has no answer: its payload is `{}`. `undefined`: it is no JSON, or nested too deep. */
function parseAnswer(text: string): Json | undefined {
  return text === '' ? {} : parseJson(text);
}
