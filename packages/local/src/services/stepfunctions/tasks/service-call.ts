// A task that is one call of a service of this cloud, through the dispatcher, by the names of the service's model.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { ServiceName } from '@earwitness/protocol/internal/aws/models/services';
import type { JsonObject } from '@earwitness/protocol/internal/states-language/json';
import type { Platform } from '../../../platform.ts';
import { optimizedRefusal } from './refusal.ts';
import type { OptimizedService } from './sdk-service.ts';
import { readInput, writeOutput } from './shapes.ts';
import { type Failed, notStarted, type Outcome, type Task } from './task.ts';

export interface ServiceCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly parameters: JsonObject;
  /** Refuses members that the operation does not have, instead of leaving them out. */
  readonly isStrict?: boolean;
  /** A body that may be streamed is written as JSON, as `aws-sdk` tasks do. */
  readonly hasJsonBody?: boolean;
  readonly requestId?: string;
}

export interface Answered {
  readonly kind: 'answered';
  readonly output: unknown;
  readonly model: ServiceModel;
  readonly requestId: string;
}

export type ServiceAnswer =
  | Answered
  | {
      readonly kind: 'refused';
      readonly error: ServiceError;
      readonly model: ServiceModel;
      readonly requestId: string;
    }
  /** Nothing was called. */
  | NotCalled;

interface NotCalled {
  readonly kind: 'not called';
  /** What is wrong with the parameters. */
  readonly problems: readonly string[];
}

/** Calls an operation as the task's role. Throws what is our own fault. */
export async function callService(platform: Platform, task: Task, asked: ServiceCall): Promise<ServiceAnswer> {
  const { dispatch, ids } = platform;
  const { service: name, operation, parameters, isStrict = false, hasJsonBody = false } = asked;
  const service = dispatch.service(name);
  if (!service) throw new Error(`The service '${name}' is not part of this local cloud.`);
  const model = await dispatch.model(service);
  const problems: string[] = [];
  const input = readInput(model, operation, parameters, {
    uuid: ids.uuid,
    hasJsonBody,
    onUnknown: (field) => isStrict && problems.push(`The field "${field}" is not supported by Step Functions`),
    onWrongType: (problem) => problems.push(problem),
  });
  if (problems.length > 0) return { kind: 'not called', problems: [...new Set(problems)] };
  const requestId = asked.requestId ?? ids.uuid();
  try {
    const output = await dispatch.run(service, operation, input, { ...task.origin, requestId });
    return { kind: 'answered', output, model, requestId };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { kind: 'refused', error, model, requestId };
  }
}

export interface OptimizedCall {
  readonly service: OptimizedService;
  readonly operation: string;
  readonly parameters: JsonObject;
  readonly requestId?: string;
}

/** Calls an operation as an optimized integration does; its result has the answer's members, and what the SDK adds. */
export async function performOptimized(platform: Platform, task: Task, asked: OptimizedCall): Promise<Outcome> {
  const answer = await callOptimized(platform, task, asked);
  if (answer.kind === 'failed') return answer;
  return { kind: 'answered', output: await withMetadata(asked.operation, answer) };
}

/** The answer alone. Members that the operation does not have are left out. */
export async function callOptimized(
  platform: Platform,
  task: Task,
  { service, ...asked }: OptimizedCall,
): Promise<Answered | Failed> {
  const answer = await callService(platform, task, { ...asked, service: service.service });
  switch (answer.kind) {
    case 'answered':
      return answer;
    case 'refused':
      return optimizedRefusal(service, answer);
    case 'not called':
      return notStarted(task, answer.problems.join(', '));
  }
}

/** An answer's members, and what version 1 of the SDK for Java says of its HTTP answer. */
export async function withMetadata(operation: string, { model, output, requestId }: Answered): Promise<JsonObject> {
  const members = (await writeOutput(model, operation, output)) as JsonObject;
  return { ...members, ...metadataOf(model, JSON.stringify(output) ?? '', requestId) };
}

/**
 * Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services/test_sqs_task_service). There is no
 * HTTP answer here: its length is that of the JSON, and there is no date, so that results are alike.
 */
export function metadataOf(model: ServiceModel, body: string, requestId: string): JsonObject {
  const type = model.protocol === 'json' ? `application/x-amz-json-${model.jsonVersion ?? '1.1'}` : undefined;
  const headers: Readonly<Record<string, string>> = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': type ?? (model.protocol === 'query' ? 'text/xml' : 'application/json'),
    'x-amzn-RequestId': requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
