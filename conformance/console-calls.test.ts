// What the console's page does: calls of AWS's own API from its own origin, with an authorization that nobody signed,
// and a look into queues. The headers are those that packages/local/src/http/README.md names.

import { request } from 'node:http';
import { type Local, startLocal } from '@earwitness/local';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

/** As a browser sends it from a page of this origin. */
async function send(path: string, service: string, headers: Record<string, string>, body: unknown): Promise<unknown> {
  const response = await fetch(`${local.url}${path}`, {
    method: 'POST',
    headers: {
      origin: local.url,
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return text === '' ? {} : JSON.parse(text);
}

const sqs = (operation: string, body: unknown) =>
  send('/', 'sqs', { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` }, body);

const arnOf = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

async function look(queue: string, more = ''): Promise<QueuedMessages> {
  const response = await fetch(`${local.url}/_earwitness/queues/messages?queue=${queue}${more}`);
  return (await response.json()) as QueuedMessages;
}

test('dead letters are looked at, moved back and purged from the page', async () => {
  const { QueueUrl: dead } = (await sqs('CreateQueue', { QueueName: 'dead' })) as { QueueUrl: string };
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1 });
  const { QueueUrl: jobs } = (await sqs('CreateQueue', {
    QueueName: 'jobs',
    Attributes: { RedrivePolicy, VisibilityTimeout: '0' },
  })) as { QueueUrl: string };
  const attributes = { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } };
  await sqs('SendMessage', { QueueUrl: jobs, MessageBody: '{"id":1}', MessageAttributes: attributes });
  await sqs('ReceiveMessage', { QueueUrl: jobs });
  await sqs('ReceiveMessage', { QueueUrl: jobs });
  const newest = local.journal.newest;
  expect(await look(arnOf('dead'))).toEqual({
    queue: arnOf('dead'),
    messages: [
      {
        id: expect.any(String),
        number: 1,
        state: 'visible',
        body: '{"id":1}',
        sentAt: expect.any(Number),
        receiveCount: 1,
        firstReceivedAt: expect.any(Number),
        sender: expect.any(String),
        deadLetterSource: arnOf('jobs'),
        attributes: { ERROR_CODE: { type: 'String', value: 'NO_PERMISSIONS' } },
      },
    ],
  });
  expect(local.journal.newest).toBe(newest);
  await sqs('StartMessageMoveTask', { SourceArn: arnOf('dead') });
  expect((await look(arnOf('dead'))).messages).toEqual([]);
  expect((await look(arnOf('jobs'))).messages).toMatchObject([{ body: '{"id":1}', state: 'visible' }]);
  await sqs('PurgeQueue', { QueueUrl: jobs });
  expect((await look(arnOf('jobs'))).messages).toEqual([]);
  expect(dead).toContain(ACCOUNT);
});

test('a look comes in pages by number, and by size', async () => {
  const { QueueUrl } = (await sqs('CreateQueue', { QueueName: 'large' })) as { QueueUrl: string };
  for (const sign of ['a', 'b', 'c']) await sqs('SendMessage', { QueueUrl, MessageBody: sign.repeat(600_000) });
  const sizes = ({ messages, next }: QueuedMessages) => [messages.map(({ body }) => `${body[0]} ${body.length}`), next];
  expect(sizes(await look(arnOf('large')))).toEqual([['a 600000'], 1]);
  expect(sizes(await look(arnOf('large'), '&after=1'))).toEqual([['b 600000'], 2]);
  expect(sizes(await look(arnOf('large'), '&after=2&limit=1'))).toEqual([['c 600000'], undefined]);
});

test('a queue that there is not, or is not named, is refused with what there is', async () => {
  expect(await look('arn:aws:sqs:eu-west-1:111122223333:gone')).toEqual({
    error: expect.stringMatching(/^There is no queue arn:aws:sqs:eu-west-1:111122223333:gone\. There is: arn:/),
  });
  expect(await look('')).toEqual({ error: 'queue is missing: the ARN of the queue to look into.' });
  expect(await look(arnOf('jobs'), '&limit=x')).toEqual({ error: "limit is a number of messages, not 'x'." });
});

test('an event is put, and a function is invoked, from the page', async () => {
  const events = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };
  const Entries = [{ Source: 'shop', DetailType: 'Placed', Detail: '{}' }];
  expect(await send('/', 'events', events, { Entries })).toMatchObject({ FailedEntryCount: 0 });
  const json = { 'content-type': 'application/json' };
  expect(await send('/2015-03-31/functions/gone/invocations', 'lambda', json, { a: 1 })).toMatchObject({
    Message: `Function not found: arn:aws:lambda:${REGION}:${ACCOUNT}:function:gone`,
  });
});

// The door is AWS's own: what it refuses to pages of other sites, it refuses for each of these calls alike.
test('pages of other sites, and foreign host names, can do nothing of this', async () => {
  const { QueueUrl } = (await sqs('CreateQueue', { QueueName: 'guarded' })) as { QueueUrl: string };
  await sqs('SendMessage', { QueueUrl, MessageBody: 'a' });
  const aws = (target: string) => ({ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target });
  const json = { 'content-type': 'application/json' };
  const calls: readonly (readonly [path: string, headers: Record<string, string>, body: unknown])[] = [
    ['/', aws('AmazonSQS.SendMessage'), { QueueUrl, MessageBody: 'b' }],
    ['/', aws('AmazonSQS.PurgeQueue'), { QueueUrl }],
    ['/', aws('AmazonSQS.StartMessageMoveTask'), { SourceArn: arnOf('dead') }],
    ['/', aws('AWSEvents.PutEvents'), { Entries: [{ Source: 'shop', DetailType: 'Placed', Detail: '{}' }] }],
    ['/2015-03-31/functions/f/invocations', json, {}],
    ['/_earwitness/clock/advance', json, { ms: 1 }],
    ['/_earwitness/faults', json, { target: 'guarded', fault: 'refused' }],
    ['/_earwitness/reset', json, {}],
  ];
  const statusOf = ([path, headers, body]: (typeof calls)[number], foreign: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'POST', headers: { ...headers, ...foreign } };
      request(`${local.url}${path}`, options, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end(JSON.stringify(body));
    });
  for (const foreign of [{ origin: 'http://evil.example' }, { origin: 'null' }, { host: 'evil.example' }]) {
    for (const call of calls) expect([call[0], await statusOf(call, foreign)]).toEqual([call[0], 403]);
  }
  expect((await look(arnOf('guarded'))).messages).toMatchObject([{ body: 'a' }]);
});
