import { InvalidFaultError, parseFaultRequest } from '@earwitness/protocol/internal/admin/fault';
import { expect, test } from 'vitest';
import { createIds } from '../ids.ts';
import { createLambdaService } from '../services/lambda/service.ts';
import { createSnsService } from '../services/sns/service.ts';
import { createSqsService } from '../services/sqs/service.ts';
import { createTestCloud, refusalOf, TEST_START, testCall } from '../test-cloud.ts';
import { createTwoNodes } from '../two-nodes.ts';

const ORDERS = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };

test('a fault happens so many times, on whichever node, and then no more', async () => {
  const services = [createSqsService];
  const { a, b, settled } = createTwoNodes({ ids: createIds(), address, services, frozenAt: TEST_START, seed: 3 });
  const { QueueUrl = '' } = await a.cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, testCall);
  await a.cloud.faults.put({ target: ORDERS, fault: { status: 503 }, times: 3 });
  await settled();
  const nodes = [a, b, b, a, b, a];
  const sent = nodes.map(({ cloud }) =>
    cloud.dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'a' }, testCall).then(
      () => 'sent',
      (error: Error) => error.message,
    ),
  );
  const outcomes = await Promise.all(sent);
  expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(3);
  expect(outcomes.filter((outcome) => outcome === `${ORDERS} answers 503 (injected).`)).toHaveLength(3);
  await settled();
  expect([a.cloud.faults.isAny, b.cloud.faults.isAny]).toEqual([false, false]);
  expect([a, b].flatMap(({ cloud }) => cloud.journal.read().filter((fact) => 'isInjected' in fact))).toHaveLength(3);
});

test('what is sent, invoked and published to is struck; receiving and other destinations are not', async () => {
  const cloud = createTestCloud(createSqsService, createSnsService, createLambdaService);
  const { QueueUrl = '' } = await cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, testCall);
  await cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'others' }, testCall);
  const { TopicArn = '' } = await cloud.dispatch.call('sns', 'CreateTopic', { Name: 'news' }, testCall);
  const send = (url: string) =>
    cloud.dispatch.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: 'a' }, testCall);
  const invoke = (FunctionName: string) => cloud.dispatch.call('lambda', 'Invoke', { FunctionName }, testCall);
  await cloud.faults.put({ target: ORDERS, fault: { status: 403 } });
  await cloud.faults.put({ target: TopicArn, fault: 'refused' });
  const charge = 'arn:aws:lambda:eu-west-1:123456789012:function:charge';
  await cloud.faults.put({ target: charge, fault: { status: 429 } });
  expect(await refusalOf(send(QueueUrl))).toBe(`AccessDeniedException: ${ORDERS} answers 403 (injected).`);
  expect(await refusalOf(send('orders'))).toBe(`AccessDeniedException: ${ORDERS} answers 403 (injected).`);
  await send('others');
  await cloud.dispatch.call('sqs', 'ReceiveMessage', { QueueUrl }, testCall);
  expect(await refusalOf(cloud.dispatch.call('sns', 'Publish', { TopicArn, Message: 'a' }, testCall))).toBe(
    `ServiceUnavailable: ${TopicArn} refuses connections (injected).`,
  );
  for (const name of ['charge', 'charge:live', '123456789012:function:charge', `${charge}:live`]) {
    expect(await refusalOf(invoke(name))).toBe(`ThrottlingException: ${charge} answers 429 (injected).`);
  }
  await cloud.purge();
  expect(cloud.faults.list()).toEqual([]);
  await send(QueueUrl);
  await cloud.close();
});

test('a delay is by the clock of the cloud, and the call goes on then', async () => {
  const cloud = createTestCloud(createSqsService);
  const { QueueUrl = '' } = await cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, testCall);
  await cloud.faults.put({ target: ORDERS, fault: { delayMs: 2000 } });
  const sent = cloud.dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'a' }, testCall);
  const first = await Promise.race([sent.then(() => 'sent'), cloud.clock.advance(1999).then(() => 'waits')]);
  expect(first).toBe('waits');
  await cloud.clock.advance(1);
  expect(await sent).toMatchObject({ MessageId: expect.any(String) });
  expect(cloud.journal.read().at(-1)).toMatchObject({ operation: 'SendMessage', status: 200, isInjected: true });
  await cloud.reset();
  expect([cloud.faults.isAny, cloud.faults.list()]).toEqual([false, []]);
  await cloud.close();
});

test.each([
  ['{', 'The body is not JSON.'],
  ['[]', 'The body is not a JSON object.'],
  ['{"fault":"refused"}', 'target is missing.'],
  ['{"target":"a"}', 'fault is missing.'],
  ['{"target":"a","fault":"slow"}', 'fault is "slow".'],
  ['{"target":"a","fault":{}}', 'A fault has either a status or delayMs.'],
  ['{"target":"a","fault":{"status":503,"delayMs":1}}', 'A fault has either a status or delayMs.'],
  ['{"target":"a","fault":{"status":200}}', 'status is a number from 300 to 599, not 200.'],
  ['{"target":"a","fault":{"delayMs":0}}', 'delayMs is a number of milliseconds from 1 to 86400000, not 0.'],
  ['{"target":"a","fault":{"delay":1}}', "A fault has no member 'delay'."],
  ['{"target":"a","fault":null,"time":1}', "The body has no member 'time'."],
  ['{"target":"a","fault":null,"times":0}', 'times is a whole number from 1 on, not 0.'],
])('%s is refused with what is wrong and what was expected', (text, message) => {
  expect(() => parseFaultRequest(text)).toThrow(InvalidFaultError);
  expect(() => parseFaultRequest(text)).toThrow(`${message} Expected is {"target":"orders",`);
});
