// Parameters of the wrong type, of every task that calls a service: the task fails, and nothing of ours does.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { loadModel } from '@earwitness/protocol/internal/aws/models/services';
import type { Json, JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { createTestCloud, TEST_ACCOUNT, TEST_REGION } from '../../../test-cloud.ts';
import { createDynamoDbService } from '../../dynamodb/service.ts';
import { createEventsService } from '../../events/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createKmsService } from '../../kms/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createLogsService } from '../../logs/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createSchedulerService } from '../../scheduler/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSnsService } from '../../sns/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createSsmService } from '../../ssm/service.ts';
import { createStsService } from '../../sts/service.ts';
import { createStepFunctionsService } from '../service.ts';
import { SDK_SERVICES } from './sdk-service.ts';
import { pascalCase } from './shapes.ts';
import type { Outcome } from './task.ts';
import { createTasks, type Tasks } from './tasks.ts';

let cloud: Cloud;
let tasks: Tasks;
beforeEach(() => {
  cloud = createTestCloud(
    ...[createDynamoDbService, createEventsService, createIamService, createKmsService, createLambdaService],
    ...[createLogsService, createS3Service, createSchedulerService, createSecretsManagerService, createSnsService],
    ...[createSqsService, createSsmService, createStsService, createStepFunctionsService],
  );
  tasks = createTasks(cloud);
});
afterEach(async () => {
  tasks.close();
  await cloud.close();
});

const arnOf = (service: string, resource: string) => `arn:aws:${service}:${TEST_REGION}:${TEST_ACCOUNT}:${resource}`;

function perform(resource: string, input: Json): Promise<Outcome> {
  return tasks.perform(
    { kind: 'task', task: '1', state: 'Call', resource: `arn:aws:states:::${resource}`, input, retryCount: 0 },
    {
      ...{ account: TEST_ACCOUNT, region: TEST_REGION, executionId: 'a' },
      ...{
        executionArn: arnOf('states', 'execution:orders:one'),
        stateMachineArn: arnOf('states', 'stateMachine:orders'),
      },
      roleArn: `arn:aws:iam::${TEST_ACCOUNT}:role/orders`,
    },
  );
}

async function problemOf(resource: string, input: Json): Promise<string> {
  const outcome = await perform(resource, input);
  if (outcome.kind !== 'failed') return outcome.kind;
  return `${outcome.error}: ${outcome.cause.replace(/^The Parameters '.*' could not be used to start the Task: /s, '')}`;
}

// Sources: recorded on AWS (LocalStack, …/stepfunctions/v2/services, test_apigetway_task_service) for a
// table; as people quote it (Stack Overflow 76373088) for a text; the same is taken to hold for all parameters.
test.each<[string, JsonObject, string]>([
  ['events:putEvents', { Entries: {} }, "[The value of the field 'Entries' has an invalid format]"],
  ['events:putEvents', { Entries: 'x' }, "[The value of the field 'Entries' has an invalid format]"],
  ['events:putEvents', { Entries: [5] }, "[The value of the field 'Entries' has an invalid format]"],
  ['events:putEvents', { Entries: [{ Resources: 'x' }] }, "[The value of the field 'Resources' has an invalid format]"],
  ['events:putEvents', { Entries: [{ Time: 'soon' }] }, "[The value of the field 'Time' has an invalid format]"],
  ['lambda:invoke', { FunctionName: 'charge', Payload: 1 }, "[The value for the field 'Payload' must be a STRING]"],
  ['sqs:sendMessage', { QueueUrl: 5 }, "[The value for the field 'QueueUrl' must be a STRING]"],
  ['sqs:sendMessage', { DelaySeconds: 1.5 }, "[The value of the field 'DelaySeconds' has an invalid format]"],
  ['sqs:sendMessage', { DelaySeconds: 'x' }, "[The value of the field 'DelaySeconds' has an invalid format]"],
  ['sns:publish', { MessageAttributes: [] }, "[The value of the field 'MessageAttributes' has an invalid format]"],
  ['dynamodb:putItem', { TableName: 't', Item: 'x' }, "[The value of the field 'Item' has an invalid format]"],
  ['dynamodb:putItem', { TableName: 't', Item: { id: { N: 5 } } }, "[The value for the field 'N' must be a STRING]"],
  ['aws-sdk:dynamodb:scan', { Limit: [] }, "[The value of the field 'Limit' has an invalid format]"],
  [
    'aws-sdk:dynamodb:scan',
    { ConsistentRead: 'so' },
    "[The value of the field 'ConsistentRead' has an invalid format]",
  ],
])('%s does not begin with %j', async (resource, input, problem) => {
  expect(await problemOf(resource, input)).toBe(`States.Runtime: ${problem}`);
});

// Ours: what is no object has no parameters.
test.each([['x'], [5], [null], [[]]])('a task that calls a service does not begin with %j', async (input) => {
  for (const resource of ['events:putEvents', 'http:invoke', 'aws-sdk:sqs:listQueues']) {
    expect(await problemOf(resource, input)).toBe('States.Runtime: [A JSON object was expected]');
  }
});

const ODD: readonly Json[] = [
  null,
  5,
  -1,
  1.5,
  1e300,
  true,
  'x',
  '',
  [],
  {},
  [null],
  [[]],
  [{}],
  { a: null },
  { a: {} },
];

const OPTIMIZED: readonly (readonly [string, readonly string[]])[] = [
  ['apigateway:invoke', ['ApiEndpoint', 'Method', 'Stage', 'Path', 'Headers', 'QueryParameters', 'AllowNullValues']],
  ['apigateway:invoke', ['RequestBody', 'AuthType']],
  ['dynamodb:getItem', ['TableName', 'Key', 'AttributesToGet', 'ExpressionAttributeNames', 'ConsistentRead']],
  ['dynamodb:putItem', ['Item', 'Expected', 'ExpressionAttributeValues', 'ConditionExpression', 'ReturnValues']],
  ['events:putEvents', ['Entries', 'EndpointId']],
  ['http:invoke', ['ApiEndpoint', 'Method', 'Authentication', 'InvocationConfig', 'Headers', 'QueryParameters']],
  ['http:invoke', ['RequestBody', 'Transform']],
  ['lambda:invoke', ['FunctionName', 'Payload', 'InvocationType', 'Qualifier', 'ClientContext', 'LogType']],
  ['sns:publish', ['TopicArn', 'Message', 'Subject', 'MessageAttributes', 'MessageStructure', 'PhoneNumber']],
  ['sqs:sendMessage', ['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageSystemAttributes']],
  ['states:startExecution', ['StateMachineArn', 'Name', 'Input', 'TraceHeader']],
];

// Ours: a fault of this cloud would reject.
test.each(OPTIMIZED)('odd values in every parameter of %s fail the task at most', async (resource, fields) => {
  const valid = { ApiEndpoint: 'http://127.0.0.1:9/', Method: 'GET', Entries: [{ Source: 's', DetailType: 'd' }] };
  for (const field of fields) {
    for (const value of ODD) {
      const outcome = await perform(resource, { ...valid, [field]: value });
      expect(outcome.kind, `${field} ${JSON.stringify(value)}`).toMatch(/^(failed|answered)$/);
    }
  }
});

/** What a shape requires, of its types. */
function sampleOf(model: ServiceModel, name: string): JsonObject {
  const shape = model.shapes[name];
  if (shape?.type !== 'structure') return {};
  return Object.fromEntries(
    (shape.required ?? []).map((member) => {
      const inner = shape.members[member]?.shape ?? '';
      return [pascalCase(member), memberOf(model, inner)];
    }),
  );
}

function memberOf(model: ServiceModel, name: string): Json {
  const shape = model.shapes[name];
  switch (shape?.type) {
    case 'structure':
      return sampleOf(model, name);
    case 'list':
      return [memberOf(model, shape.member.shape)];
    case 'map':
      return { a: memberOf(model, shape.value.shape) };
    case 'boolean':
      return true;
    case 'string':
      return shape.enum?.[0] ?? 'x'.repeat(Math.max(shape.min ?? 1, 1));
    case 'blob':
      return 'x';
    default:
      return 1;
  }
}

test.each(Object.entries(SDK_SERVICES))(
  'odd values in every parameter of %s fail the task at most',
  async (name, sdk) => {
    if (!cloud.dispatch.service(sdk.service)) return;
    const model = await loadModel(sdk.service);
    for (const [operation, { input = '' }] of Object.entries(model.operations)) {
      const shape = model.shapes[input];
      if (shape?.type !== 'structure') continue;
      const action = operation.charAt(0).toLowerCase() + operation.slice(1);
      for (const member of Object.keys(shape.members)) {
        for (const value of ODD.filter((_, index) => index % 5 === member.length % 5)) {
          const given = { ...Object.fromEntries((shape.required ?? []).map((one) => [pascalCase(one), 'x'])) };
          const outcome = await perform(`aws-sdk:${name}:${action}`, { ...given, [pascalCase(member)]: value });
          expect(outcome.kind, `${action} ${member} ${JSON.stringify(value)}`).toMatch(/^(failed|answered)$/);
        }
      }
    }
  },
);
