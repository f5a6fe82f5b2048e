// What a Task calls, and as whom.
//
// Source of the sentences: recorded on AWS (LocalStack, test_sfn_api_express, test_sfn_api_validation,
// test_credentials_base, dynamodb:query of tests/aws/services/stepfunctions/v2/services); measured with
// ValidateStateMachineDefinition, 2026-09-05 (badmintoncryer/cdk-preflight, pf-sfn-asl-resource-arn,
// pf-sfn-asl-credentials).
import { isObject, type JsonObject } from '../../json.ts';
import { isJob, parseResource } from '../../resource.ts';
import { fail, inside, type Place } from '../place.ts';
import type { Check } from './shape.ts';
import { templateOrExpressions } from './templates.ts';

/** `arn:aws:states:::sqs:sendMessage`, `arn:aws:lambda:…`, `arn:aws-cn:states:…:activity:pack`. */
const ARN = /^arn:[a-z0-9-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$/;

export const resource: Check = (value, at) => {
  if (typeof value !== 'string') return fail(at, 'Expected value of type String');
  if (!ARN.test(value)) return fail(at, 'Value is not a valid resource ARN');
  const { isServed, type } = at.findings;
  if (!isServed(value)) {
    fail(
      at,
      `The resource provided ${value} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
    );
  }
  if (type === 'EXPRESS') checkExpress(value, at);
};

function checkExpress(value: string, at: Place): void {
  const called = parseResource(value);
  if (called?.kind === 'activity') fail(at, 'Express state machine does not support Activity ARN');
  if (called === undefined || 'arn' in called) return;
  if (isJob(called.pattern)) fail(at, "Express state machine does not support '.sync' service integration");
  // The service's sentence ends with a blank.
  if (called.pattern === 'token') {
    fail(at, "Express state machine does not support '.waitForTaskToken' service integration ");
  }
}

export const credentials: Check = (value, at) => {
  if (!isObject(value)) return fail(at, 'Expected value of type Object');
  const given = Object.keys(value);
  if (!given.includes('RoleArn') && !given.includes('RoleArn.$')) {
    // Alone, whatever else is there. Source: recorded on AWS: LocalStack, test_invalid_credentials_field.
    return fail(at, "The field 'RoleArn' is required but was missing");
  }
  const { RoleArn: role } = value;
  if (role !== undefined && typeof role !== 'string')
    fail(inside(at, value, 'RoleArn'), 'Expected value of type String');
  for (const name of given) if (!/^RoleArn(\.\$)?$/.test(name)) fail(at, `Field '${name}' is not supported`);
  templateOrExpressions(value, at);
};

/** What depends on several fields of a Task. */
export function checkTask(task: JsonObject, at: Place): void {
  const { Resource: called, Credentials: as, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  if (as !== undefined && typeof called === 'string' && parseResource(called)?.kind === 'activity') {
    fail(inside(at, task, 'Credentials'), "The field 'Credentials' is not supported for activities");
  }
  // Source: Amazon States Language, "Task state"; the sentence is ours.
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    fail(inside(at, task, 'HeartbeatSeconds'), "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
  }
}
