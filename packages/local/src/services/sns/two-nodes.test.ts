// SNS on two nodes: published on A, delivered from whichever node takes the work, also when one of them dies.
import { expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import { TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSnsService } from './service.ts';
import { LETS_TOPICS_IN, queueArnOf } from './test-sns.ts';

const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
const services = [createSnsService, createSqsService];

async function open(seed: number, name = 'orders', Attributes: Record<string, string> = {}) {
  const nodes = createTwoNodes({ ids: createIds(), address, services, frozenAt: TEST_START, seed, beatMs: 1000 });
  const { a, b, clock, settled } = nodes;
  const queue = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
  const attributes = { Policy: LETS_TOPICS_IN, ...queue };
  const { dispatch } = a.cloud;
  const { QueueUrl = '' } = await dispatch.call(
    'sqs',
    'CreateQueue',
    { QueueName: name, Attributes: attributes },
    testCall,
  );
  const topic = name.endsWith('.fifo') ? { FifoTopic: 'true', ContentBasedDeduplication: 'true' } : {};
  const { TopicArn = '' } = await dispatch.call('sns', 'CreateTopic', { Name: name, Attributes: topic }, testCall);
  await settled();
  const subscribe = {
    TopicArn,
    Protocol: 'sqs',
    Endpoint: queueArnOf(name),
    Attributes: { RawMessageDelivery: 'true', ...Attributes },
  };
  await dispatch.call('sns', 'Subscribe', subscribe, testCall);
  await settled();
  const publish = (cloud: Cloud, Message: string, more: Record<string, string> = {}) =>
    cloud.dispatch.call('sns', 'Publish', { TopicArn, Message, ...more }, testCall);
  const bodies = async (cloud: Cloud) => {
    const heard: string[] = [];
    for (;;) {
      const asked = { QueueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await cloud.dispatch.call('sqs', 'ReceiveMessage', asked, testCall);
      if (Messages.length === 0) return heard;
      for (const { Body = '', ReceiptHandle = '' } of Messages) {
        heard.push(Body);
        await cloud.dispatch.call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle }, testCall);
      }
    }
  };
  return { a: a.cloud, b: b.cloud, nodeA: a.backbone, clock, settled, publish, bodies };
}

const numbers = Array.from({ length: 12 }, (_, n) => `m${n}`);

test.each([1, 2, 3])('what is published on two nodes is delivered from either, each once (seed %i)', async (seed) => {
  const { a, b, clock, publish, bodies } = await open(seed);
  for (const [n, text] of numbers.entries()) await publish(n % 2 === 0 ? a : b, text);
  await clock.advance(0);
  expect((await bodies(b)).sort()).toEqual([...numbers].sort());
  const attempts = [a, b].map(
    ({ journal }) => journal.read().filter(({ kind }) => /^notification\.(attempted|delivered)$/.test(kind)).length,
  );
  // Each node had its part.
  expect(attempts.reduce((sum, one) => sum + one)).toBe(numbers.length);
  expect(attempts.every((one) => one > 0)).toBe(true);
});

test.each([1, 2, 3])('a group keeps its order though two nodes publish and deliver it (seed %i)', async (seed) => {
  const { a, b, clock, publish, bodies } = await open(seed, 'orders.fifo');
  for (const [n, text] of numbers.entries()) await publish(n % 2 === 0 ? a : b, text, { MessageGroupId: 'g' });
  // A duplicate on the other node is one all the same.
  await publish(b, numbers[0] ?? '', { MessageGroupId: 'g' });
  await clock.advance(0);
  expect(await bodies(a)).toEqual(numbers);
});

test.each([1, 2, 3])('what a node held when it died is delivered by the other (seed %i)', async (seed) => {
  const { a, b, nodeA, clock, publish, bodies } = await open(seed);
  for (const text of numbers) await publish(a, text);
  nodeA.die();
  await clock.advance(120_000);
  expect(new Set(await bodies(b))).toEqual(new Set(numbers));
});

test.each([1, 2, 3])('so is what stands in order, and it stays in order (seed %i)', async (seed) => {
  const { a, b, nodeA, clock, publish, bodies } = await open(seed, 'orders.fifo');
  for (const text of numbers) await publish(a, text, { MessageGroupId: 'g' });
  nodeA.die();
  await clock.advance(240_000);
  expect(await bodies(b)).toEqual(numbers);
});

test('a filter policy that is set on A holds on B', async () => {
  const { b, clock, publish, bodies } = await open(1, 'orders', {
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: '{"n":[1]}',
  });
  await publish(b, '{"n":1}');
  await publish(b, '{"n":2}');
  await clock.advance(0);
  expect(await bodies(b)).toEqual(['{"n":1}']);
});
