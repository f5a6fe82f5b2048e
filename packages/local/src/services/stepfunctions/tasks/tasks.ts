// What a Task's Resource leads to. One row is one integration: what another service of this cloud brings is one row
// more. What AWS has and this cloud does not serve stands in: the task fails by name, unless its result is mocked by
// the state's name or the call has a scripted answer.
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isObject, type Json } from '@earwitness/protocol/internal/states-language/json';
import { parseResource, type TaskResource } from '@earwitness/protocol/internal/states-language/resource';
import type { Platform } from '../../../platform.ts';
import type { FindResourceProblem } from '../definition.ts';
import { putEvents } from './event.ts';
import { invokeFunction, invokeRaw } from './function.ts';
import { createHttpTasks } from './http-task.ts';
import { publish, sendMessage } from './message.ts';
import { startNested } from './nested-execution.ts';
import { isOptimized } from './optimized.ts';
import { originOf } from './role.ts';
import { callSdk } from './sdk-call.ts';
import { OPTIMIZED_SERVICES, SDK_SERVICES } from './sdk-service.ts';
import { performOptimized } from './service-call.ts';
import { pascalCase } from './shapes.ts';
import { failed, notStarted, type Outcome, parametersOf, type Task, type TaskOwner } from './task.ts';

export interface Tasks {
  /** Calls what a task names, once. */
  perform(ask: TaskAsk, owner: TaskOwner): Promise<Outcome>;
  /**
   * Why CreateStateMachine refuses a Resource, or that its tasks stand in; `undefined` when it is served. What this
   * cloud does not serve is taken, unless it is told to refuse what is not served.
   */
  readonly findProblem: FindResourceProblem;
  close(): void;
}

/** @param awaitedCalls the request ids of calls that begin an execution whose end is waited for, while they last */
export function createTasks(platform: Platform, awaitedCalls = new Set<string>()): Tasks {
  const http = createHttpTasks(platform);
  const item = (operation: string) => (task: Task) =>
    performOptimized(platform, task, {
      service: OPTIMIZED_SERVICES.dynamodb,
      operation,
      parameters: parametersOf(task),
    });
  const integrations: Readonly<Record<string, (task: Task) => Promise<Outcome>>> = {
    'apigateway:invoke': http.invokeApi,
    'dynamodb:deleteItem': item('DeleteItem'),
    'dynamodb:getItem': item('GetItem'),
    'dynamodb:putItem': item('PutItem'),
    'dynamodb:updateItem': item('UpdateItem'),
    'events:putEvents': (task) => putEvents(platform, task),
    'http:invoke': http.invokeUrl,
    'lambda:invoke': (task) => invokeFunction(platform, task),
    'sns:publish': (task) => publish(platform, task),
    'sqs:sendMessage': (task) => sendMessage(platform, task),
    'states:startExecution': (task) => startNested(platform, task, awaitedCalls),
  };

  /** What performs a resource here; `undefined`: it is not served. */
  function integrationOf(resource: TaskResource): ((task: Task) => Promise<Outcome>) | undefined {
    if (resource.kind === 'function') return (task) => invokeRaw(platform, task);
    if (resource.kind === 'activity') return undefined;
    const { service, action } = resource;
    if (resource.kind === 'optimized') {
      const name = `${service}:${action}`;
      return Object.hasOwn(integrations, name) ? integrations[name] : undefined;
    }
    const sdk = Object.hasOwn(SDK_SERVICES, service) ? SDK_SERVICES[service] : undefined;
    if (!sdk || !platform.dispatch.service(sdk.service)) return undefined;
    return (task) => callSdk(platform, task, { sdk, action });
  }

  /** Whether AWS has an operation of a service whose model is known here. Of others nobody here knows. */
  async function isOperation(service: string, action: string): Promise<boolean> {
    const sdk = Object.hasOwn(SDK_SERVICES, service) ? SDK_SERVICES[service] : undefined;
    const found = sdk && platform.dispatch.service(sdk.service);
    if (!found) return true;
    const model = await platform.dispatch.model(found);
    const operation = pascalCase(action);
    return Object.hasOwn(model.operations, operation) || model.otherOperations.includes(operation);
  }

  async function call(ask: TaskAsk, owner: TaskOwner): Promise<Outcome> {
    const resource = parseResource(ask.resource);
    if (!resource || resource.kind === 'activity') throw new Error(`${ask.resource} is nothing that can be called.`);
    const perform = integrationOf(resource);
    if (!perform)
      return standIn(platform, ask, 'service' in resource ? resource : { service: 'lambda', action: 'invoke' });
    const origin = await originOf(platform, owner, ask);
    if ('kind' in origin) return origin;
    const task = { ask, owner, origin };
    // A function takes any JSON. The sentence is ours.
    if (resource.kind !== 'function' && !isObject(ask.input)) return notStarted(task, 'A JSON object was expected');
    return perform(task);
  }

  return {
    perform: call,
    async findProblem(text) {
      const resource = parseResource(text);
      const isKnown =
        resource !== undefined &&
        (!('action' in resource) ||
          (resource.kind === 'optimized'
            ? isOptimized(resource)
            : await isOperation(resource.service, resource.action)));
      if (!isKnown) return refused(unrecognized(text));
      if (resource.kind === 'activity' || integrationOf(resource)) return undefined;
      const service = 'service' in resource ? resource.service : 'lambda';
      if (!platform.standIns.allows(service)) return refused(`Earwitness does not serve the resource ${text}.`);
      return {
        severity: 'WARNING',
        code: STANDS_IN,
        message: `Earwitness does not serve ${text}: the task stands in.`,
      };
    },
    close: () => http.close(),
  };
}

/** Code of a warning: what a Resource names is not served. Ours. */
export const STANDS_IN = 'EARWITNESS_STANDS_IN';

function refused(message: string): Awaited<ReturnType<FindResourceProblem>> {
  return { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message };
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/test_sfn_api). */
function unrecognized(resource: string): string {
  return `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
}

/** What is not served: a scripted answer to the call, if there is one, else a failure that names it. */
async function standIn(
  { standIns }: Platform,
  { state, input, resource: text }: TaskAsk,
  { service, action }: { readonly service: string; readonly action: string },
): Promise<Outcome> {
  const operation = pascalCase(action);
  const script = await standIns.answer(service, operation, () => input);
  standIns.receive({
    ...{ via: 'call', operation, of: { name: state, type: service } },
    ...(script && { isScripted: true }),
  });
  if (!script) {
    const cure = `Mock the result of state "${state}", or script an answer to ${service}:${operation}.`;
    return failed('Earwitness.StandIn', `Earwitness does not serve ${text}: the task stands in. ${cure}`);
  }
  const { $error: error, ...output } = script;
  if (!error) return { kind: 'answered', output: JSON.parse(JSON.stringify(output)) as Json };
  return failed(`${pascalCase(service)}.${error.code}`, error.message ?? '');
}
