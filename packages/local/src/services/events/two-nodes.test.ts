// Replays on two nodes: whichever node runs a step, every archived event comes back, also when one of them dies.
import { expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import { TEST_ACCOUNT, TEST_REGION, TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createSqsService } from '../sqs/service.ts';
import { createEventsService } from './service.ts';

const arn = (resource: string) => `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:${resource}`;
const QUEUE = `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:orders`;
/** More than three steps of a replay. */
const EVENTS = 350;

/** A cloud whose archive has events that a replay will send to a queue. */
async function open(seed: number) {
  const nodes = createTwoNodes({
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services: [createEventsService, createSqsService],
    frozenAt: TEST_START,
    seed,
    beatMs: 1000,
  });
  const { a, clock, settled } = nodes;
  const call = a.cloud.dispatch.call;
  await call('events', 'CreateArchive', { ArchiveName: 'all', EventSourceArn: arn('event-bus/default') }, testCall);
  await settled();
  for (let from = 0; from < EVENTS; from += 10) {
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Source: 'shop',
      DetailType: 'OrderCreated',
      Detail: JSON.stringify({ n: from + n }),
    }));
    await call('events', 'PutEvents', { Entries }, testCall);
  }
  await clock.advance(1000);
  const Policy = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' },
  });
  await call('sqs', 'CreateQueue', { QueueName: 'orders', Attributes: { Policy } }, testCall);
  await call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, testCall);
  await call(
    'events',
    'PutTargets',
    { Rule: 'all', Targets: [{ Id: 'q', Arn: QUEUE, InputPath: '$.detail.n' }] },
    testCall,
  );
  await settled();
  const replay = {
    ReplayName: 'again',
    EventSourceArn: arn('archive/all'),
    Destination: { Arn: arn('event-bus/default') },
    EventStartTime: TEST_START,
    EventEndTime: TEST_START + 1000,
  };
  return { ...nodes, start: () => call('events', 'StartReplay', replay, testCall) };
}

async function stateOf({ dispatch }: Cloud): Promise<string | undefined> {
  return (await dispatch.call('events', 'DescribeReplay', { ReplayName: 'again' }, testCall)).State;
}

async function heard({ dispatch }: Cloud): Promise<number[]> {
  const QueueUrl = `http://127.0.0.1:4566/${TEST_ACCOUNT}/orders`;
  const numbers: number[] = [];
  for (;;) {
    const asked = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', asked, testCall);
    if (Messages.length === 0) return numbers;
    numbers.push(...Messages.map(({ Body }) => Number(Body)));
  }
}

const all = Array.from({ length: EVENTS }, (_, n) => n);

test.each([1, 2])('a replay that is started on one node brings back each event once (seed %i)', async (seed) => {
  const { a, b, clock, start } = await open(seed);
  await start();
  await clock.advance(1000);
  expect([await stateOf(a.cloud), await stateOf(b.cloud)]).toEqual(['COMPLETED', 'COMPLETED']);
  expect((await heard(b.cloud)).sort((one, other) => one - other)).toEqual(all);
});

test.each([40, 120, 300])('a replay goes on where it was when its node dies after %i turns', async (turns) => {
  const { a, b, clock, start } = await open(1);
  await start();
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  a.backbone.die();
  await clock.advance(200_000);
  expect(await stateOf(b.cloud)).toBe('COMPLETED');
  // At least once: what was under way may come twice.
  expect([...new Set(await heard(b.cloud))].sort((one, other) => one - other)).toEqual(all);
});
