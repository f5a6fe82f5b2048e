// Services that are loaded when they are first needed, on two nodes: what one has loaded, the other has.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { expect, test } from 'vitest';
import { createIds } from '../ids.ts';
import type { Service } from '../service.ts';
import { TEST_ACCOUNT, TEST_REGION, TEST_START, testCall } from '../test-cloud.ts';
import { createTwoNodes } from '../two-nodes.ts';
import { lazyService } from './lazy-service.ts';
import { LAZY_SERVICES } from './lazy-services.ts';
import { createSqsService } from './sqs/service.ts';

const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };

/** Two nodes with SQS, and with SNS once it is needed: neither has loaded that yet. */
function open(seed: number, ...others: (() => Service)[]) {
  let loads = 0;
  const sns = LAZY_SERVICES.filter(({ name }) => name === 'sns').map((service) =>
    lazyService({
      ...service,
      create() {
        loads++;
        return service.create();
      },
    }),
  );
  const services = [createSqsService, ...others, ...sns];
  const options = { ids: createIds(), address, services, frozenAt: TEST_START, seed, beatMs: 1000 };
  return { ...createTwoNodes(options), loads: () => loads };
}

test.each([1, 2, 3])('what A leaves behind is delivered by B, which nobody asked for SNS (seed %i)', async (seed) => {
  let isDown = true;
  const heard: string[] = [];
  const createStubLambda = (): Service => ({
    name: 'lambda',
    operations: {
      Invoke({ Payload }: never) {
        if (isDown) throw new ServiceError('ServiceException', 'down', { status: 500 });
        heard.push(JSON.parse(Buffer.from(Payload).toString()).Records[0].Sns.Message);
        return { StatusCode: 202 };
      },
    },
  });
  const { a, clock, settled } = open(seed, createStubLambda);
  const { call } = a.cloud.dispatch;
  const { TopicArn = '' } = await call('sns', 'CreateTopic', { Name: 'orders' }, testCall);
  await settled();
  const Endpoint = `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:f`;
  await call('sns', 'Subscribe', { TopicArn, Protocol: 'lambda', Endpoint }, testCall);
  await settled();
  const numbers = Array.from({ length: 12 }, (_, n) => `m${n}`);
  for (const Message of numbers) await call('sns', 'Publish', { TopicArn, Message }, testCall);
  await clock.advance(0);
  a.backbone.die();
  isDown = false;
  await clock.advance(120_000);
  expect(new Set(heard)).toEqual(new Set(numbers));
});

test('a service that no node was asked for is loaded by none; once one was, each loads it once', async () => {
  const { a, b, clock, settled, loads } = open(1);
  await a.cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, testCall);
  await settled();
  await clock.advance(0);
  expect(loads()).toBe(0);
  for (const Name of ['orders', 'invoices']) await a.cloud.dispatch.call('sns', 'CreateTopic', { Name }, testCall);
  await settled();
  await clock.advance(0);
  expect(loads()).toBe(2);
  expect((await b.cloud.dispatch.call('sns', 'ListTopics', {}, testCall)).Topics?.length).toBe(2);
  expect(loads()).toBe(2);
  for (const { cloud } of [b, a]) await cloud.close();
});

test('a cloud that was emptied still has it on each node', async () => {
  const { a, b, clock, settled, loads } = open(2);
  await a.cloud.dispatch.call('sns', 'CreateTopic', { Name: 'orders' }, testCall);
  await a.cloud.reset();
  await settled();
  await clock.advance(0);
  await a.cloud.dispatch.call('sns', 'CreateTopic', { Name: 'orders' }, testCall);
  await settled();
  await clock.advance(0);
  expect((await b.cloud.dispatch.call('sns', 'ListTopics', {}, testCall)).Topics?.length).toBe(1);
  expect(loads()).toBe(2);
  for (const { cloud } of [b, a]) await cloud.close();
});
