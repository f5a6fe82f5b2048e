// What a schedule may call, and what AWS refuses to have called: queues, topics, functions, buses and state machines by
// their ARN, and any operation of a service by a universal target (`arn:aws:scheduler:::aws-sdk:sqs:sendMessage`). What
// is not served here stands in, or is refused by its name.
import { type Arn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { lowerFirst } from '@earwitness/protocol/internal/aws/java-text';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { Target } from '@earwitness/protocol/internal/aws/models/scheduler.types';
import type { Platform } from '../../platform.ts';
import type { AwsService } from '../../service.ts';
import { fillContext } from './context.ts';
import { invalid } from './schedule.ts';

export type Called =
  | { readonly kind: 'function' | 'queue' | 'topic' | 'bus' | 'state machine' | 'stream'; readonly arn: Arn }
  /** An operation of a service, by name. */
  | { readonly kind: 'universal'; readonly arn: Arn; readonly service: string; readonly action: string }
  /** Of a service that is not served as a target. */
  | { readonly kind: 'stand-in'; readonly arn: Arn };

/** An operation that is served, of a universal target. */
export interface UniversalOperation {
  readonly service: AwsService;
  readonly model: ServiceModel;
  readonly operation: string;
}

/** What an ARN points at; `undefined` when it is none. */
export function calledBy(text: string): Called | undefined {
  const arn = parseArn(text);
  if (!arn) return undefined;
  const [, service, action] = /^aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)$/.exec(arn.resource) ?? [];
  if (arn.service === 'scheduler') {
    return service === undefined || action === undefined ? undefined : { kind: 'universal', arn, service, action };
  }
  if (arn.service === 'lambda' && arn.resource.startsWith('function:')) return { kind: 'function', arn };
  if (arn.service === 'sqs') return { kind: 'queue', arn };
  if (arn.service === 'sns') return { kind: 'topic', arn };
  if (arn.service === 'events' && arn.resource.startsWith('event-bus/')) return { kind: 'bus', arn };
  if (arn.service === 'kinesis' && arn.resource.startsWith('stream/')) return { kind: 'stream', arn };
  if (arn.service === 'states' && arn.resource.startsWith('stateMachine:')) return { kind: 'state machine', arn };
  return { kind: 'stand-in', arn };
}

/** As the SDKs name services, and as they are named here. Source: service ids of the models. */
const SDK_NAMES: Readonly<Record<string, string>> = {
  eventbridge: 'events',
  cloudwatchlogs: 'logs',
  sfn: 'stepfunctions',
};

/** The operation of a universal target that this cloud runs; `undefined` when it does not serve it. */
export async function findOperation(
  { dispatch }: Pick<Platform, 'dispatch'>,
  called: Called,
): Promise<UniversalOperation | undefined> {
  if (called.kind !== 'universal') return undefined;
  const service = dispatch.service(SDK_NAMES[called.service] ?? called.service);
  const operation = called.action.charAt(0).toUpperCase() + called.action.slice(1);
  if (!service) return undefined;
  // One that is loaded when it is first needed does not know its operations before.
  const { operations = {} } = (await service.load?.()) ?? service;
  if (!Object.hasOwn(operations, operation)) return undefined;
  return { service, operation, model: await dispatch.model(service) };
}

/** What only reads cannot be a target. Source: Scheduler user guide, "Using universal targets", unsupported actions. */
const REFUSED_ACTIONS = new RegExp(
  `^(${[
    ...[
      'get',
      'describe',
      'list',
      'poll',
      'receive',
      'search',
      'scan',
      'query',
      'select',
      'read',
      'lookup',
      'discover',
    ],
    ...['validate', 'batchGet', 'batchDescribe', 'batchRead', 'transactGet', 'adminGet', 'adminList', 'testMigration'],
    ...['retrieve', 'testConnection', 'translateDocument', 'isAuthorized', 'invokeModel'],
  ].join('|')})`,
);

/** Parameters that belong to one kind of target, and the service of that. */
const PARAMETERS = [
  ['EcsParameters', 'ecs'],
  ['EventBridgeParameters', 'events'],
  ['KinesisParameters', 'kinesis'],
  ['SageMakerPipelineParameters', 'sagemaker'],
  ['SqsParameters', 'sqs'],
] as const;
/** Those without which the target cannot be called. Source: API reference, Target. */
const REQUIRED: readonly string[] = ['EcsParameters', 'EventBridgeParameters', 'KinesisParameters'];
/** Services that take JSON alone. Source: API reference, Target, Input. */
const TAKES_JSON: readonly string[] = ['lambda', 'states', 'events'];

/** @throws ValidationException */
export async function checkTarget(target: Target, platform: Pick<Platform, 'dispatch' | 'standIns'>): Promise<void> {
  const { Arn: text, Input: input } = target;
  const called = calledBy(text);
  if (!called) throw invalid('Provided Arn is not in correct format.');
  const { service } = called.arn;
  for (const [name, owner] of PARAMETERS) {
    if (target[name] !== undefined && owner !== service)
      throw invalid(`${name} is not for a target of ${service}: ${text}.`);
    if (target[name] === undefined && owner === service && REQUIRED.includes(name)) {
      throw invalid(`${name} is required for the target ${text}.`);
    }
  }
  if (called.kind === 'universal') return checkUniversal(target, called, platform);
  if (input !== undefined && TAKES_JSON.includes(service)) parseText(input);
  if (called.kind === 'stand-in' && !platform.standIns.allows(service)) {
    throw invalid(`Earwitness does not call targets of the service '${service}' (${text}).`);
  }
}

async function checkUniversal(
  { Arn: text, Input: input = '{}' }: Target,
  called: Called & { kind: 'universal' },
  { dispatch, standIns }: Pick<Platform, 'dispatch' | 'standIns'>,
): Promise<void> {
  if (REFUSED_ACTIONS.test(called.action)) {
    throw invalid(`${called.action} only reads, so that it cannot be a universal target (${text}).`);
  }
  const fields = parseText(input);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw invalid(`The Input of a universal target is a JSON object: the request of ${called.action}.`);
  }
  const found = await findOperation({ dispatch }, called);
  if (!found) {
    if (standIns.allows(called.service)) return;
    throw invalid(`Earwitness does not serve the universal target ${text}.`);
  }
  const { model, operation } = found;
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  const members = shape?.type === 'structure' ? shape.members : {};
  const unknown = Object.keys(fields).find((name) => memberOf(members, name) === undefined);
  if (unknown !== undefined)
    throw invalid(`${operation} of ${called.service} has no field '${unknown}' (Input of ${text}).`);
}

/**
 * The member of a request that a field means, whose first letter may be a capital one: `StateMachineArn`. Source:
 * Scheduler user guide, "Using universal targets", whose fields are those of the SDK for Java.
 */
export function memberOf(members: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return [field, lowerFirst(field)].find((name) => Object.hasOwn(members, name));
}

/** JSON, with any context attribute in it. @throws ValidationException */
function parseText(input: string): unknown {
  try {
    return JSON.parse(fillContext(input, { scheduleArn: 'a', scheduledAt: 0, executionId: '0', attempt: 1 }));
  } catch (error) {
    throw invalid(`The Input of the target is not valid JSON: ${error instanceof Error ? error.message : error}.`);
  }
}
