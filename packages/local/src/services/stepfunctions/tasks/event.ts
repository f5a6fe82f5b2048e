// `events:putEvents`. Each entry gets two more resources: the state machine and the execution; an entry that was not
// taken fails the task. Source: recorded on AWS (LocalStack,
// tests/aws/services/stepfunctions/v2/services/test_events_task_service).
import { isArray, isObject, type Json } from '@earwitness/protocol/internal/states-language/json';
import type { Platform } from '../../../platform.ts';
import { OPTIMIZED_SERVICES } from './sdk-service.ts';
import { callOptimized } from './service-call.ts';
import { writeOutput } from './shapes.ts';
import { failed, type Outcome, parametersOf, type Task } from './task.ts';

export async function putEvents(platform: Platform, task: Task): Promise<Outcome> {
  const { stateMachineArn, executionArn } = task.owner;
  const parameters = parametersOf(task);
  const Entries = isArray(parameters['Entries'])
    ? parameters['Entries'].map((entry) => withResources(entry, [stateMachineArn, executionArn]))
    : parameters['Entries'];
  const answer = await callOptimized(platform, task, {
    service: OPTIMIZED_SERVICES.events,
    operation: 'PutEvents',
    parameters: { ...parameters, ...(Entries !== undefined && { Entries }) },
  });
  if (answer.kind === 'failed') return answer;
  const written = await writeOutput(answer.model, 'PutEvents', answer.output);
  const { Entries: entries = [], FailedEntryCount: count = 0 } = isObject(written) ? written : {};
  const output = { Entries: entries, FailedEntryCount: count };
  return count === 0 ? { kind: 'answered', output } : failed('EventBridge.FailedEntry', JSON.stringify(output));
}

function withResources(entry: Json, more: readonly string[]): Json {
  if (!isObject(entry)) return entry;
  const { Resources = [] } = entry;
  return { ...entry, Resources: isArray(Resources) ? [...Resources, ...more] : Resources };
}
