// The events that a task's history has: functions and activities have their own.
//
//   a function        LambdaFunctionScheduled …
//   an activity       ActivityScheduled …
//   an integration    TaskScheduled …, with its names
import type { JsonObject } from '../../json.ts';
import { type Integration, namesOf, parseResource, type TaskResource } from '../../resource.ts';
import type { Failure } from '../../states-error.ts';
import { failureDetails, WHOLE } from '../history.ts';
import type { Told } from '../turn.ts';

/** What a Task calls. The service takes no definition with a Resource that is none; it is told as a function's. */
export function resourceOf({ Resource }: { readonly Resource: string }): TaskResource {
  return parseResource(Resource) ?? { kind: 'function', arn: Resource };
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
    default:
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
    default:
      return { type: 'TaskStarted', taskStartedEventDetails: namesOf(resource) };
  }
}

export function taskSubmitted(resource: Integration, output: string): Told {
  return { type: 'TaskSubmitted', taskSubmittedEventDetails: { ...namesOf(resource), output, outputDetails: WHOLE } };
}

export function taskSucceeded(resource: TaskResource, output: string): Told {
  const details = { output, outputDetails: WHOLE };
  switch (resource.kind) {
    case 'function':
      return { type: 'LambdaFunctionSucceeded', lambdaFunctionSucceededEventDetails: details };
    case 'activity':
      return { type: 'ActivitySucceeded', activitySucceededEventDetails: details };
    default:
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
    default:
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
    default:
      return { type: 'TaskTimedOut', taskTimedOutEventDetails: { ...namesOf(resource), ...details } };
  }
}

/** Whose result was too large, in its sentence. */
export function subjectOf(resource: TaskResource): string {
  return 'arn' in resource ? resource.arn : namesOf(resource).resourceType;
}
