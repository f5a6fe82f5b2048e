// What a Task's Resource names, and the events its history has for it: functions and activities have their own.
//
//   arn:aws:lambda:…                                    a function: LambdaFunctionScheduled …
//   arn:aws:states:R:A:activity:NAME                    an activity: ActivityScheduled …
//   arn:aws:states:::SERVICE:API[.sync[:2]|.waitForTaskToken]   an integration: TaskScheduled …
//   arn:aws:states:::aws-sdk:SERVICE:API[.waitForTaskToken]
import type { JsonObject } from '../../json.ts';
import type { Failure } from '../../states-error.ts';
import { failureDetails, WHOLE } from '../history.ts';
import type { Told } from '../turn.ts';

export type TaskResource =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | {
      readonly kind: 'integration';
      /** `sqs`, `aws-sdk:dynamodb`. */
      readonly type: string;
      /** `sendMessage.waitForTaskToken`. */
      readonly action: string;
    };

export function parseTaskResource(resource: string): TaskResource {
  const [, , service, region, , type, ...rest] = resource.split(':');
  if (service !== 'states') return { kind: 'function', arn: resource };
  if (region !== '') return { kind: 'activity', arn: resource };
  if (type === 'aws-sdk') return { kind: 'integration', type: `aws-sdk:${rest[0]}`, action: rest.slice(1).join(':') };
  return { kind: 'integration', type: type ?? '', action: rest.join(':') };
}

/** Whether somebody else ends the task, by its token: its call's answer is not its result. */
export function hasToken(resource: TaskResource): boolean {
  if (resource.kind === 'integration') return /[.](waitForTaskToken|sync(:2)?)$/.test(resource.action);
  return resource.kind === 'activity';
}

export interface Schedule {
  readonly region: string;
  readonly input: string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly credentials: JsonObject | undefined;
}

export function taskScheduled(resource: TaskResource, schedule: Schedule): Told {
  const { region, input, timeoutSeconds, heartbeatSeconds, credentials } = schedule;
  const timeout = timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds };
  const heartbeat = heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds };
  const roleArn = credentials?.['RoleArn'];
  const role = typeof roleArn === 'string' && { taskCredentials: { roleArn } };
  switch (resource.kind) {
    case 'function':
      return {
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: {
          resource: resource.arn,
          input,
          inputDetails: WHOLE,
          ...timeout,
          ...role,
        },
      };
    case 'activity':
      return {
        type: 'ActivityScheduled',
        activityScheduledEventDetails: { resource: resource.arn, input, inputDetails: WHOLE, ...timeout, ...heartbeat },
      };
    case 'integration':
      return {
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          ...namesOf(resource),
          region,
          parameters: input,
          ...timeout,
          ...heartbeat,
          ...role,
        },
      };
  }
}

export function taskStarted(resource: TaskResource, workerName: string | undefined): Told {
  switch (resource.kind) {
    case 'function':
      return { type: 'LambdaFunctionStarted' };
    case 'activity':
      return { type: 'ActivityStarted', activityStartedEventDetails: workerName === undefined ? {} : { workerName } };
    case 'integration':
      return { type: 'TaskStarted', taskStartedEventDetails: namesOf(resource) };
  }
}

export function taskSubmitted(resource: TaskResource, output: string): Told {
  return { type: 'TaskSubmitted', taskSubmittedEventDetails: { ...namesOf(resource), output, outputDetails: WHOLE } };
}

export function taskSucceeded(resource: TaskResource, output: string): Told {
  const details = { output, outputDetails: WHOLE };
  switch (resource.kind) {
    case 'function':
      return { type: 'LambdaFunctionSucceeded', lambdaFunctionSucceededEventDetails: details };
    case 'activity':
      return { type: 'ActivitySucceeded', activitySucceededEventDetails: details };
    case 'integration':
      return { type: 'TaskSucceeded', taskSucceededEventDetails: { ...namesOf(resource), ...details } };
  }
}

export function taskFailed(resource: TaskResource, failure: Failure): Told {
  const details = failureDetails(failure);
  switch (resource.kind) {
    case 'function':
      return { type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: details };
    case 'activity':
      return { type: 'ActivityFailed', activityFailedEventDetails: details };
    case 'integration':
      return { type: 'TaskFailed', taskFailedEventDetails: { ...namesOf(resource), ...details } };
  }
}

export function taskTimedOut(resource: TaskResource, failure: Failure): Told {
  const details = failureDetails(failure);
  switch (resource.kind) {
    case 'function':
      return { type: 'LambdaFunctionTimedOut', lambdaFunctionTimedOutEventDetails: details };
    case 'activity':
      return { type: 'ActivityTimedOut', activityTimedOutEventDetails: details };
    case 'integration':
      return { type: 'TaskTimedOut', taskTimedOutEventDetails: { ...namesOf(resource), ...details } };
  }
}

/** Whose result was too large, in its sentence. */
export function subjectOf(resource: TaskResource): string {
  return resource.kind === 'integration' ? resource.type : resource.arn;
}

interface Names {
  readonly resourceType: string;
  readonly resource: string;
}

function namesOf(resource: TaskResource): Names {
  if (resource.kind !== 'integration') return { resourceType: resource.kind, resource: resource.arn };
  return { resourceType: resource.type, resource: resource.action };
}
