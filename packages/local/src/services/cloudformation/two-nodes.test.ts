// Stacks on two nodes: seen on both, worked on by one at a time, and brought to an end by the other when that one dies.
import { expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import { refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createSqsService } from '../sqs/service.ts';
import { SILENT_MS } from './deployment/claims.ts';
import { createCloudFormationService } from './service.ts';

const SEEDS = [1, 2, 3];
/** Turns of the event loop after which a node dies. */
const DEATHS = [
  [1, 25, 81],
  [9, 49],
  [16, 36, 100],
];

function open(seed: number) {
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  const services = [createSqsService, createCloudFormationService];
  return createTwoNodes({ ids: createIds(), address, services, frozenAt: TEST_START, seed, beatMs: 1000 });
}

const templateOf = (names: readonly string[], delaySeconds = 0) =>
  JSON.stringify({
    Resources: Object.fromEntries(
      names.map((name, index) => [
        `Queue${name}`,
        {
          Type: 'AWS::SQS::Queue',
          Properties: { QueueName: name, DelaySeconds: delaySeconds },
          ...(index > 0 && { DependsOn: `Queue${names[index - 1]}` }),
        },
      ]),
    ),
  });

const create = ({ dispatch }: Cloud, TemplateBody: string, more: object = {}) =>
  dispatch.call('cloudformation', 'CreateStack', { StackName: 'orders', TemplateBody, ...more }, testCall);
const update = ({ dispatch }: Cloud, TemplateBody: string) =>
  dispatch.call('cloudformation', 'UpdateStack', { StackName: 'orders', TemplateBody }, testCall);

async function describe({ dispatch }: Cloud) {
  const { StackSummaries = [] } = await dispatch.call('cloudformation', 'ListStacks', {}, testCall);
  return StackSummaries.map(({ StackStatus }) => StackStatus);
}

async function queues({ dispatch }: Cloud): Promise<string[]> {
  const { QueueUrls = [] } = await dispatch.call('sqs', 'ListQueues', {}, testCall);
  return QueueUrls.map((url) => url.split('/').at(-1) ?? '').sort();
}

async function delayOf({ dispatch }: Cloud, name: string): Promise<string | undefined> {
  const QueueUrl = `http://127.0.0.1:4566/${testCall.account}/${name}`;
  const asked = { QueueUrl, AttributeNames: ['DelaySeconds' as const] };
  return (await dispatch.call('sqs', 'GetQueueAttributes', asked, testCall)).Attributes?.['DelaySeconds'];
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What B has by the time when A has been silent for long enough. */
async function conclude({ b, clock, settled }: ReturnType<typeof open>) {
  await clock.advance(SILENT_MS);
  await settled();
  await clock.advance(1);
  await settled();
  const { dispatch } = b.cloud;
  const { StackEvents = [] } = await dispatch.call(
    'cloudformation',
    'DescribeStackEvents',
    { StackName: 'orders' },
    testCall,
  );
  return { statuses: await describe(b.cloud), reasons: StackEvents.map((event) => event.ResourceStatusReason ?? '') };
}

test.each(SEEDS)(
  'a stack that is made on one node is described by the other when it is done (seed %i)',
  async (seed) => {
    const { a, b, settled } = open(seed);
    await create(a.cloud, templateOf(['a', 'b']));
    await settled();
    const { Stacks = [] } = await b.cloud.dispatch.call(
      'cloudformation',
      'DescribeStacks',
      { StackName: 'orders' },
      testCall,
    );
    expect(Stacks.map(({ StackStatus }) => StackStatus)).toEqual(['CREATE_COMPLETE']);
    expect(await queues(b.cloud)).toEqual(['a', 'b']);
  },
);

test.each(SEEDS)('a name that both nodes are asked to make at once is one stack (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const made = [create(a.cloud, templateOf(['a'])), create(b.cloud, templateOf(['b']))].map((call) => refusalOf(call));
  expect((await Promise.all(made)).sort()).toEqual([
    'AlreadyExistsException: Stack [orders] already exists',
    'not refused',
  ]);
  await settled();
  for (const { cloud } of [a, b]) expect(await describe(cloud)).toHaveLength(1);
});

test.each(SEEDS)('when the node that makes a stack dies, the other takes it back (seed %i)', async (seed) => {
  for (const death of DEATHS[seed - 1] ?? []) {
    const nodes = open(seed);
    const { a, b } = nodes;
    await create(a.cloud, templateOf(['a', 'b', 'c']));
    await turns(death);
    a.backbone.die();
    const { statuses, reasons } = await conclude(nodes);
    if (statuses[0] === 'CREATE_COMPLETE') expect(await queues(b.cloud)).toEqual(['a', 'b', 'c']);
    else {
      expect(statuses).toEqual(['ROLLBACK_COMPLETE']);
      expect(reasons).toContain(
        'The node of this cloud that was at work on the stack is gone. Rollback requested by user.',
      );
      // At most the one that was being made is left: no record has its id.
      expect((await queues(b.cloud)).length).toBeLessThan(2);
    }
    const { dispatch } = b.cloud;
    await dispatch.call('cloudformation', 'DeleteStack', { StackName: 'orders' }, testCall);
    await nodes.settled();
    expect(await describe(b.cloud)).toEqual(['DELETE_COMPLETE']);
  }
});

test.each(SEEDS)(
  'when the node that updates a stack dies, the other brings it back to what it was (seed %i)',
  async (seed) => {
    for (const death of DEATHS[seed - 1] ?? []) {
      const nodes = open(seed);
      const { a, b, settled } = nodes;
      await create(a.cloud, templateOf(['a', 'b'], 1));
      await settled();
      await update(a.cloud, templateOf(['a', 'b', 'c'], 7));
      await turns(death);
      a.backbone.die();
      const { statuses } = await conclude(nodes);
      const isDone = statuses[0] === 'UPDATE_COMPLETE';
      if (!isDone) expect(statuses).toEqual(['UPDATE_ROLLBACK_COMPLETE']);
      expect([await delayOf(b.cloud, 'a'), await delayOf(b.cloud, 'b')]).toEqual(isDone ? ['7', '7'] : ['1', '1']);
      // It can be updated again.
      await update(b.cloud, templateOf(['a', 'b'], 9));
      await settled();
      expect(await describe(b.cloud)).toEqual(['UPDATE_COMPLETE']);
    }
  },
);

test.each(SEEDS)('when the node that deletes a stack dies, the other goes on (seed %i)', async (seed) => {
  for (const death of DEATHS[seed - 1] ?? []) {
    const nodes = open(seed);
    const { a, b, settled } = nodes;
    await create(a.cloud, templateOf(['a', 'b', 'c']));
    await settled();
    await a.cloud.dispatch.call('cloudformation', 'DeleteStack', { StackName: 'orders' }, testCall);
    await turns(death);
    a.backbone.die();
    await nodes.clock.advance(SILENT_MS);
    await settled();
    expect([await describe(b.cloud), await queues(b.cloud)]).toEqual([['DELETE_COMPLETE'], []]);
  }
});

test.each(SEEDS)('a node that closes leaves its stack to the other at once (seed %i)', async (seed) => {
  for (const death of DEATHS[seed - 1] ?? []) {
    const { a, b, settled } = open(seed);
    await create(a.cloud, templateOf(['a', 'b', 'c']));
    await turns(death);
    await a.cloud.close();
    await settled();
    expect(['CREATE_COMPLETE', 'ROLLBACK_COMPLETE']).toContain((await describe(b.cloud))[0]);
  }
});

test.each(SEEDS)('a reset on one node stops what the other does (seed %i)', async (seed) => {
  for (const death of DEATHS[seed - 1] ?? []) {
    const { a, b, settled } = open(seed);
    await create(a.cloud, templateOf(['a', 'b', 'c']));
    await turns(death);
    await b.cloud.reset();
    await settled();
    expect(a.cloud.journal.read().filter(({ kind }) => kind === 'fault')).toEqual([]);
    for (const { cloud } of [a, b]) expect(await describe(cloud)).toEqual([]);
    await create(b.cloud, templateOf(['x']));
    await settled();
    expect(await describe(a.cloud)).toEqual(['CREATE_COMPLETE']);
  }
});
