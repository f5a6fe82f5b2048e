// `sqs:sendMessage` and `sns:publish`. A message that is an object is sent as its JSON text.
import type { Platform } from '../../../platform.ts';
import { OPTIMIZED_SERVICES } from './sdk-service.ts';
import { performOptimized } from './service-call.ts';
import { failed, type Outcome, parametersOf, type Task } from './task.ts';

export async function sendMessage(platform: Platform, task: Task): Promise<Outcome> {
  const parameters = parametersOf(task);
  const { QueueUrl: url } = parameters;
  // A queue is asked at the host of its URL; what is no URL of anything is no host.
  if (typeof url === 'string' && !/^https?:\/\/[^/]+\/.+/.test(url)) {
    const host = url.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
    const cause = `Unable to execute HTTP request: ${host}: Name or service not known`;
    return failed('SQS.SdkClientException', cause);
  }
  return performOptimized(platform, task, { service: OPTIMIZED_SERVICES.sqs, operation: 'SendMessage', parameters });
}

export function publish(platform: Platform, task: Task): Promise<Outcome> {
  const parameters = parametersOf(task);
  return performOptimized(platform, task, { service: OPTIMIZED_SERVICES.sns, operation: 'Publish', parameters });
}
