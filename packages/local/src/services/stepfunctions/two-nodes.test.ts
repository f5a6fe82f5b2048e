// Executions on two nodes: begun on one, gone on with by whichever takes the work, also when one of them dies.
import { expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import type { Platform } from '../../platform.ts';
import { callerOf, TEST_ACCOUNT, TEST_START } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createSqsService } from '../sqs/service.ts';
import { createStepFunctionsService } from './service.ts';

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
const MINUTE = 60_000;

/** `answer`: what a task that is not served gets on the first and on the second node. */
function open(
  seed: number,
  answer: (node: number) => Promise<Record<string, unknown>> = async () => ({}),
  more: { readonly beatMs?: number } = {},
) {
  let count = 0;
  const onOne = (platform: Platform) => {
    const node = count++;
    const standIns = { ...platform.standIns, answer: () => answer(node) };
    return createStepFunctionsService({ ...platform, standIns });
  };
  const services = [createSqsService, onOne];
  const options = { ids: createIds(), address, services, frozenAt: TEST_START, seed, ...more };
  const { a, b, clock, settled } = createTwoNodes(options);
  const on = (cloud: Cloud) => ({ sfn: callerOf('stepfunctions', () => cloud), sqs: callerOf('sqs', () => cloud) });
  const close = async () => {
    await a.cloud.close();
    await b.cloud.close();
  };
  return {
    a: on(a.cloud),
    b: on(b.cloud),
    nodes: [a.backbone, b.backbone],
    journals: [a, b].map(({ cloud }) => cloud.journal),
    clock,
    settled,
    close,
  };
}
type Node = ReturnType<typeof open>['a'];

async function create({ sfn }: Node, states: object): Promise<string> {
  const [StartAt] = Object.keys(states);
  const definition = JSON.stringify({ StartAt, States: states });
  return (await sfn('CreateStateMachine', { name: 'orders', definition, roleArn })).stateMachineArn;
}

const unserved = { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun', Parameters: {}, End: true };

const inner = {
  StartAt: 'Get',
  States: { Get: { ...unserved, Next: 'Sleep', End: undefined }, Sleep: { Type: 'Wait', Seconds: 1, End: true } },
};
const busy = {
  Both: {
    Type: 'Parallel',
    Branches: [inner, { ...inner, StartAt: 'Get2', States: { Get2: unserved } }],
    Next: 'Each',
  },
  Each: { Type: 'Map', ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, End: true },
};

test.each([1, 2, 3, 4, 5])(
  'an execution that is begun on one node goes on and is seen on both (seed %i)',
  async (seed) => {
    const { a, b, clock, settled, close, journals } = open(seed, async (node) => ({ node }));
    const stateMachineArn = await create(a, busy);
    await settled();
    const arns: string[] = [];
    for (let times = 0; times < 10; times++)
      arns.push((await (times % 2 ? a : b).sfn('StartExecution', { stateMachineArn })).executionArn);
    await clock.advance(2000);
    await settled();
    for (const executionArn of arns) {
      for (const node of [a, b]) {
        const { status } = await node.sfn('DescribeExecution', { executionArn });
        expect(status).toBe('SUCCEEDED');
      }
      const { events } = await b.sfn('GetExecutionHistory', { executionArn, maxResults: 1000 });
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.type).toBe('ExecutionSucceeded');
      expect(events.filter(({ type }) => type === 'TaskSucceeded')).toHaveLength(2);
    }
    expect(journals.flatMap((journal) => journal.read()).filter(({ kind }) => kind === 'fault')).toEqual([]);
    await close();
  },
);

test.each([1, 2, 3])(
  'a token that was given out on one node is taken on the other, a day later (seed %i)',
  async (seed) => {
    const { a, b, clock, settled, close } = open(seed);
    const { QueueUrl = '' } = await a.sqs('CreateQueue', { QueueName: 'work' });
    const Ask = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true },
      Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
    };
    const stateMachineArn = await create(a, { Ask });
    await settled();
    const { executionArn } = await a.sfn('StartExecution', { stateMachineArn });
    await clock.advance(24 * 60 * MINUTE);
    const { Messages = [] } = await b.sqs('ReceiveMessage', { QueueUrl });
    await settled();
    const { token: taskToken } = JSON.parse(Messages[0]?.Body ?? '{}');
    await b.sfn('SendTaskSuccess', { taskToken, output: '"yes"' });
    await settled();
    expect(await a.sfn('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
    await close();
  },
);

test("an activity's task is handed out on whichever node a worker asks", async () => {
  const { a, b, clock, settled, close } = open(1);
  const { activityArn } = await a.sfn('CreateActivity', { name: 'pack' });
  const stateMachineArn = await create(a, { Pack: { Type: 'Task', Resource: activityArn, End: true } });
  await settled();
  const poll = b.sfn('GetActivityTask', { activityArn });
  const { executionArn } = await a.sfn('StartExecution', { stateMachineArn, input: '7' });
  await clock.advance(0);
  const { taskToken = '', input } = await poll;
  expect(input).toBe('7');
  await settled();
  await a.sfn('SendTaskSuccess', { taskToken, output: '8' });
  await settled();
  expect(await b.sfn('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED', output: '8' });
  await close();
});

test.each([1, 2, 3])('a task whose node dies is called again by the other (seed %i)', async (seed) => {
  let dead: number | undefined;
  const answer = async (node: number) => {
    if (dead === undefined) {
      dead = node;
      cluster.nodes[node]?.die();
      return new Promise<never>(() => {});
    }
    return { node };
  };
  const cluster = open(seed, answer, { beatMs: 10_000 });
  const { a, b, clock, settled } = cluster;
  const stateMachineArn = await create(a, { Get: unserved });
  await settled();
  const { executionArn } = await a.sfn('StartExecution', { stateMachineArn });
  await clock.advance(17 * MINUTE);
  const left = dead === 0 ? b : a;
  expect(await left.sfn('DescribeExecution', { executionArn })).toMatchObject({
    status: 'SUCCEEDED',
    output: JSON.stringify({ node: dead === 0 ? 1 : 0 }),
  });
  const { events } = await left.sfn('GetExecutionHistory', { executionArn });
  expect(events.map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
    'ExecutionSucceeded',
  ]);
});

const spread = {
  Each: {
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Get',
      States: { Get: { ...unserved, ResultPath: '$.got' } },
    },
    MaxConcurrency: 3,
    End: true,
  },
};

// Time between nodes is counted in turns of the loop: the first node dies at one of them.
const MOMENTS = [0, 7, 20, 45, 88];

async function runWithDeath(states: object, input: unknown, turns: number) {
  const { a, b, clock, nodes, settled } = open(1 + turns, async (node) => ({ node }), { beatMs: 10_000 });
  const stateMachineArn = await create(a, states);
  await settled();
  const { executionArn } = await a.sfn('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  const advanced = clock.advance(20 * MINUTE);
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  nodes[0]?.die();
  await advanced;
  await clock.advance(40 * MINUTE);
  const { events } = await b.sfn('GetExecutionHistory', { executionArn, maxResults: 1000 });
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  return { b, executionArn, described: await b.sfn('DescribeExecution', { executionArn }) };
}

test.each(MOMENTS)('what a node leaves behind that dies after %i turns, the other finishes', async (turns) => {
  const { described } = await runWithDeath(busy, {}, turns);
  expect(described).toMatchObject({ status: 'SUCCEEDED' });
});

test.each(MOMENTS)('so with the executions of a distributed Map (%i turns)', async (turns) => {
  const items = Array.from({ length: 8 }, (_, id) => ({ id }));
  const { b, described, executionArn } = await runWithDeath(spread, items, turns);
  expect(described).toMatchObject({ status: 'SUCCEEDED' });
  expect(JSON.parse(described.output ?? '[]')).toMatchObject(items);
  const { mapRuns } = await b.sfn('ListMapRuns', { executionArn });
  const { itemCounts } = await b.sfn('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn ?? '' });
  expect(itemCounts).toMatchObject({ pending: 0, running: 0, succeeded: 8, total: 8 });
});

// Source: developer guide, sample project "Selective checkpointing": `startExecution.sync` of an Express machine.
test.each([1, 2, 3])('a task waits for an Express execution on whichever node that runs (seed %i)', async (seed) => {
  const { a, b, clock, settled, close, journals } = open(seed);
  const quick = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result: 7, End: true } } });
  const express = { name: 'quick', definition: quick, roleArn, type: 'EXPRESS' } as const;
  const { stateMachineArn: child } = await a.sfn('CreateStateMachine', express);
  const Resource = 'arn:aws:states:::states:startExecution.sync:2';
  const Run = { Type: 'Task', Resource, Parameters: { StateMachineArn: child }, End: true };
  const stateMachineArn = await create(a, { Run });
  await settled();
  const arns: string[] = [];
  for (let times = 0; times < 20; times++) {
    arns.push((await (times % 2 ? a : b).sfn('StartExecution', { stateMachineArn })).executionArn);
  }
  await settled();
  await clock.advance(0);
  await settled();
  for (const executionArn of arns) {
    const { status, output = '{}' } = await b.sfn('DescribeExecution', { executionArn });
    expect([status, JSON.parse(output).Output]).toEqual(['SUCCEEDED', 7]);
  }
  expect(journals.flatMap((journal) => journal.read()).filter(({ kind }) => kind === 'fault')).toEqual([]);
  await close();
});
