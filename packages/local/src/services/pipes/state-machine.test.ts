// State machines as enrichment and as target of a pipe. Source: EventBridge user guide, "Amazon EventBridge Pipes"
// enrichment and targets; Pipes API reference, PipeTargetStateMachineParameters.
import type { CreatePipeRequest } from '@earwitness/protocol/internal/aws/models/pipes.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createStepFunctionsService } from '../stepfunctions/service.ts';
import { createPipesService } from './service.ts';

let cloud: Cloud;
const pipes = callerOf('pipes', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const iam = callerOf('iam', () => cloud);
const states = callerOf('stepfunctions', () => cloud);

const RoleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/pipe`;
const arnOf = (queue: string) => `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:${queue}`;
const urlOf = (queue: string) => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${queue}`;
const pass = (fields: object) => ({ StartAt: 'A', States: { A: { Type: 'Pass', End: true, ...fields } } });
const fail = { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'Broken' } } };

beforeEach(async () => {
  cloud = createTestCloud(createPipesService, createIamService, createSqsService, createStepFunctionsService);
  const trust = { Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'pipe', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
  const allow = { Effect: 'Allow', Action: ['sqs:*', 'states:Start*'], Resource: '*' };
  await iam('PutRolePolicy', {
    RoleName: 'pipe',
    PolicyName: 'a',
    PolicyDocument: JSON.stringify({ Statement: allow }),
  });
  for (const QueueName of ['in', 'out']) await sqs('CreateQueue', { QueueName });
});

async function machine(type: 'STANDARD' | 'EXPRESS', definition: object): Promise<string> {
  const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/machine`;
  const input = { name: 'orders', type, definition: JSON.stringify(definition), roleArn };
  return (await states('CreateStateMachine', input)).stateMachineArn;
}

async function send(body: string, settings: Partial<CreatePipeRequest>): Promise<void> {
  await pipes('CreatePipe', { ...{ Name: 'orders', Source: arnOf('in'), Target: arnOf('out'), RoleArn }, ...settings });
  await sqs('SendMessage', { QueueUrl: urlOf('in'), MessageBody: body });
  await cloud.clock.advance(0);
}

/** What is left in the queue of the source: to be seen, and hidden. */
async function left(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs('GetQueueAttributes', { QueueUrl: urlOf('in'), AttributeNames });
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

const failures = () =>
  cloud.journal.read().flatMap((fact) => (fact.kind === 'pipe.passed' && fact.failure ? [fact.failure.code] : []));

test('an execution is started with the batch, and not waited for', async () => {
  const stateMachineArn = await machine('STANDARD', pass({}));
  const TargetParameters = {
    InputTemplate: '{"id": <$.body.id>}',
    StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' as const },
  };
  await send('{"id":1}', { Target: stateMachineArn, TargetParameters });
  const { executions } = await states('ListExecutions', { stateMachineArn });
  const [{ executionArn = '' } = {}] = executions;
  expect((await states('DescribeExecution', { executionArn })).input).toBe('[{"id":1}]');
  expect(await left()).toBe(0);
});

test('one that is waited for has to be of an Express machine, and to succeed', async () => {
  await send('{"id":1}', { Target: await machine('STANDARD', pass({})) });
  expect([await left(), failures()]).toEqual([1, ['StateMachineTypeNotSupported']]);
});

test('one that fails gives the batch back', async () => {
  await send('{"id":1}', { Target: await machine('EXPRESS', fail) });
  expect([await left(), failures()]).toEqual([1, ['Broken']]);
});

test('one that succeeds has taken the batch', async () => {
  await send('{"id":1}', { Target: await machine('EXPRESS', pass({})) });
  expect([await left(), failures()]).toEqual([0, []]);
});

test('as enrichment, its output takes the place of the events', async () => {
  const Enrichment = await machine('EXPRESS', pass({ Parameters: { 'order.$': '$[0].body' } }));
  await send('seven', { Enrichment });
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: urlOf('out') });
  expect(Messages.map(({ Body }) => Body)).toEqual(['{"order":"seven"}']);
});

test('as enrichment, one that fails gives the batch back', async () => {
  await send('seven', { Enrichment: await machine('EXPRESS', fail) });
  expect([await left(), failures()]).toEqual([1, ['Broken']]);
});
