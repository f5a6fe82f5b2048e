// What endpoints get, what is tried again, and what becomes a dead letter.
import { verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isSkippedOnTwoNodes, refusalOf } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { signedText } from './message/envelope.ts';
import { LETS_TOPICS_IN, openSns, queueArnOf } from './test-sns.ts';

let open: ReturnType<typeof openSns>;
let TopicArn: string;
beforeEach(async () => {
  open = openSns(createSqsService, createIamService);
  TopicArn = await open.createTopic();
});
afterEach(() => open.cloud.close());
const sns: (typeof open)['sns'] = (...input) => open.sns(...input);
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

const outcomes = () =>
  open.facts().flatMap((fact) => {
    if (fact.kind === 'notification.attempted') return [fact.outcome];
    return fact.kind === 'notification.published' ? [] : [fact.kind.replace('notification.', '')];
  });

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_sqs_queue; SNS developer guide, message formats.
test('a queue gets an envelope in this layout', async () => {
  const { bodies, SubscriptionArn } = await open.subscribeQueue(TopicArn);
  const { MessageId } = await sns('Publish', {
    ...{ TopicArn, Message: '{"id":1}', Subject: 's' },
    MessageAttributes: {
      attr1: text('99.12', 'Number'),
      b: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 6]) },
    },
  });
  const [body = ''] = await bodies();
  const { Signature, SigningCertURL } = JSON.parse(body);
  expect(SigningCertURL).toMatch(/^http:\/\/127\.0\.0\.1:4566\/SimpleNotificationService-[0-9a-f]{32}\.pem$/);
  expect(body).toBe(`{
  "Type" : "Notification",
  "MessageId" : "${MessageId}",
  "TopicArn" : "${TopicArn}",
  "Subject" : "s",
  "Message" : "{\\"id\\":1}",
  "Timestamp" : "2026-01-01T00:00:00.000Z",
  "SignatureVersion" : "1",
  "Signature" : "${Signature}",
  "SigningCertURL" : "${SigningCertURL}",
  "UnsubscribeURL" : "http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}",
  "MessageAttributes" : {
    "attr1" : {"Type":"Number","Value":"99.12"},
    "b" : {"Type":"Binary","Value":"AgMG"}
  }
}`);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns: no key where there is nothing.
test('there is no Subject and no MessageAttributes where there are none', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn);
  await sns('Publish', { TopicArn, Message: 'm' });
  const [body = ''] = await bodies();
  expect(Object.keys(JSON.parse(body))).toEqual([
    ...['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'],
    'UnsubscribeURL',
  ]);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_sqs_queue raw delivery, test_publish_sqs_verify….
test('raw delivery brings the message and its attributes as they are', async () => {
  const { receive } = await open.subscribeQueue(TopicArn, 'orders', { RawMessageDelivery: 'true' });
  await sns('Publish', {
    ...{ TopicArn, Message: 'm', Subject: 'lost' },
    MessageAttributes: { a: text('x', 'String.custom'), b: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) } },
  });
  const [message] = await receive();
  expect(message?.Body).toBe('m');
  expect(message?.MessageAttributes).toMatchObject({
    a: { DataType: 'String.custom', StringValue: 'x' },
    b: { DataType: 'Binary', BinaryValue: expect.objectContaining({ 0: 1 }) },
  });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_message_structure_json….
test('each protocol gets its own text of a structured message, else the default', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', { RawMessageDelivery: 'true' });
  const publish = (message: object) =>
    sns('Publish', { TopicArn, Message: JSON.stringify(message), MessageStructure: 'json' });
  await publish({ default: 'd', sqs: 'for queues', lambda: 'l', unknown: 1 });
  await publish({ default: 'd', http: 'h' });
  expect(await bodies()).toEqual(['for queues', 'd']);
});

// Source: SNS developer guide, "Verifying the signatures of Amazon SNS messages"; versions 1 and 2.
test.each([
  ['1', 'sha1'],
  ['2', 'sha256'],
])('a signature of version %s is verified by the certificate with %s', async (version, algorithm) => {
  await sns('SetTopicAttributes', { TopicArn, AttributeName: 'SignatureVersion', AttributeValue: version });
  const { bodies } = await open.subscribeQueue(TopicArn);
  await sns('Publish', { TopicArn, Message: 'm', Subject: 's' });
  const { Signature, SigningCertURL, SignatureVersion, ...fields } = JSON.parse((await bodies())[0] ?? '');
  const { Message, MessageId, Subject, Timestamp, TopicArn: topic, Type } = fields;
  const signed = signedText({ Message, MessageId, Subject, Timestamp, TopicArn: topic, Type });
  expect(signed.startsWith('Message\nm\nMessageId\n')).toBe(true);
  expect(SignatureVersion).toBe(version);
  const certificate = new X509Certificate(await readCertificate(SigningCertURL));
  expect(verify(algorithm, Buffer.from(signed), certificate.publicKey, Buffer.from(Signature, 'base64'))).toBe(true);
});

async function readCertificate(url: string): Promise<string> {
  const [door] = (open.cloud.services.find(({ name }) => name === 'sns')?.doors ?? []).filter(
    ({ name }) => name === 'sns',
  );
  const { pathname } = new URL(url);
  let pem = '';
  const request = { url: pathname, method: 'GET', headers: {}, resume() {} } as never;
  const response = { writeHead() {}, end: (body: string) => (pem = body) } as never;
  await door?.handle(request, response);
  return pem;
}

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_redrive_policy_sqs_queue_subscription.
test('a queue that is gone is a dead letter at once, in the envelope that it would have got', async () => {
  const dead = await open.createQueue('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArnOf('dead') });
  await sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queueArnOf('gone'), Attributes: { RedrivePolicy } });
  await sns('Publish', { TopicArn, Message: 'm' });
  const [letter] = await dead();
  expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'm', TopicArn });
  expect(outcomes()).toEqual(['failed', 'dead-lettered']);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, raw dead letters: body and attributes.
test('a raw dead letter is the message and its attributes', async () => {
  const dead = await open.createQueue('dead');
  const Attributes = {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf('dead') }),
    RawMessageDelivery: 'true',
  };
  await sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queueArnOf('gone'), Attributes });
  await sns('Publish', { TopicArn, Message: 'm', MessageAttributes: { a: text('x') } });
  expect(await dead()).toMatchObject([{ Body: 'm', MessageAttributes: { a: { StringValue: 'x' } } }]);
});

// Source: SNS developer guide, "Raw message delivery": more than ten attributes are a client error.
test('eleven attributes of a raw message are too many for a queue', async () => {
  const dead = await open.createQueue('dead');
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', {
    RawMessageDelivery: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf('dead') }),
  });
  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, text('x')]));
  await sns('Publish', { TopicArn, Message: 'ten', MessageAttributes: attributes(10) });
  await sns('Publish', { TopicArn, Message: 'eleven', MessageAttributes: attributes(11) });
  expect(await bodies()).toEqual(['ten']);
  expect((await dead()).map(({ Body }) => Body)).toEqual(['eleven']);
});

// Source: SNS developer guide, "Subscribing an Amazon SQS queue": the queue's policy lets the topic in.
test('a queue whose policy keeps topics out gets nothing, and the journal says what is missing', async () => {
  await open.createQueue('closed', {});
  await sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queueArnOf('closed') });
  await sns('Publish', { TopicArn, Message: 'm' });
  await open.cloud.clock.advance(0);
  expect(outcomes()).toEqual(['failed', 'dropped']);
  const denied = open.cloud.journal.read().flatMap((fact) => (fact.kind === 'access.denied' ? [fact.hint] : []));
  expect(denied).toEqual([
    `AWS would refuse, too. The policy of ${queueArnOf('closed')} has to allow sqs:sendmessage to sns.amazonaws.com.`,
  ]);
});

// Ours: what a queue has let in once needs no look at its policy, as long as the queue is as it was.
test('a queue takes further messages without a call, until it changes', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', { RawMessageDelivery: 'true' });
  const sent = () =>
    open.cloud.journal.read().filter((fact) => fact.kind === 'call' && fact.operation === 'SendMessage').length;
  for (const Message of ['one', 'two']) {
    await sns('Publish', { TopicArn, Message });
    expect(await bodies()).toEqual([Message]);
  }
  const delivered = open.facts().flatMap((fact) => (fact.kind === 'notification.delivered' ? [fact.to.length] : []));
  // Of two nodes each asks once.
  expect([sent() + delivered.length, sent() > 0]).toEqual([2, true]);
  const QueueUrl = 'http://127.0.0.1:4566/123456789012/orders';
  await open.sqs('SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } });
  await sns('Publish', { TopicArn, Message: 'three' });
  expect(await bodies()).toEqual([]);
  expect(outcomes().slice(-2)).toEqual(['failed', 'dropped']);
});

// Source: CDK's and SAM's queue policies: ArnEquals aws:SourceArn.
test('a policy may let in one topic alone', async () => {
  const policy = (arn: string) =>
    LETS_TOPICS_IN.replace('"*"}', `"*","Condition":{"ArnEquals":{"aws:SourceArn":"${arn}"}}}`);
  const mine = await open.createQueue('mine', { Policy: policy(TopicArn) });
  const others = await open.createQueue('others', { Policy: policy(`${TopicArn}-2`) });
  for (const name of ['mine', 'others']) {
    await sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queueArnOf(name) });
  }
  await sns('Publish', { TopicArn, Message: 'm' });
  expect([(await mine()).length, (await others()).length]).toEqual([1, 0]);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns: the ids of the envelope and of the queue's message differ.
test('the envelope has the id that Publish answered, the queue gives another', async () => {
  const { receive } = await open.subscribeQueue(TopicArn);
  const { MessageId } = await sns('Publish', { TopicArn, Message: 'm' });
  const [message] = await receive();
  expect(JSON.parse(message?.Body ?? '').MessageId).toBe(MessageId);
  expect(message?.MessageId).not.toBe(MessageId);
});

// Source: SNS developer guide, "Amazon SQS fair queues": a group of a standard topic goes on to a standard queue.
test('a group of a standard topic goes on to its queue', async () => {
  const { receive } = await open.subscribeQueue(TopicArn);
  await sns('Publish', { TopicArn, Message: 'm', MessageGroupId: 'tenant-1' });
  expect((await receive())[0]?.Attributes).toMatchObject({ MessageGroupId: 'tenant-1' });
});

interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
/** What the endpoint answers. */
let status = 200;
let heard: (Heard & { readonly at: number })[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard.push({ path: request.url ?? '', headers: request.headers, body, at: open.cloud.clock.now() });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
beforeEach(() => {
  status = 200;
  heard = [];
});
afterAll(() => server.close());

async function subscribeUrl(Attributes: Record<string, string> = {}) {
  const answer = await sns('Subscribe', { TopicArn, Protocol: 'http', Endpoint: url, Attributes });
  await open.cloud.clock.advance(0);
  const { Token = '' } = JSON.parse(heard[0]?.body ?? '{}');
  const confirm = async (more: { AuthenticateOnUnsubscribe?: string } = {}) => {
    const { SubscriptionArn = '' } = await sns('ConfirmSubscription', { TopicArn, Token, ...more });
    heard = [];
    return SubscriptionArn;
  };
  return { answer, Token, confirm };
}

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_external_http_endpoint; message formats in the
// guide.
test('an HTTP endpoint is asked to confirm, and is pending until then', async () => {
  const { answer, confirm } = await subscribeUrl();
  expect(answer).toEqual({ SubscriptionArn: 'pending confirmation' });
  expect(await sns('ListSubscriptionsByTopic', { TopicArn })).toMatchObject({
    Subscriptions: [{ SubscriptionArn: 'PendingConfirmation' }],
  });
  const { headers, body }: Pick<Heard, 'headers' | 'body'> = heard[0] ?? { headers: {}, body: '' };
  const message = JSON.parse(body);
  expect(Object.keys(message)).toEqual([
    ...['Type', 'MessageId', 'Token', 'TopicArn', 'Message', 'SubscribeURL', 'Timestamp', 'SignatureVersion'],
    ...['Signature', 'SigningCertURL'],
  ]);
  expect(message.Message).toBe(
    `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
  );
  expect(message.SubscribeURL).toBe(
    `http://127.0.0.1:4566/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${message.Token}`,
  );
  expect(headers).toMatchObject({
    'x-amz-sns-message-type': 'SubscriptionConfirmation',
    'x-amz-sns-message-id': message.MessageId,
    'x-amz-sns-topic-arn': TopicArn,
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'accept-encoding': 'gzip,deflate',
  });
  expect(headers['x-amz-sns-subscription-arn']).toBeUndefined();
  await sns('Publish', { TopicArn, Message: 'too early' });
  await open.cloud.clock.advance(0);
  expect(heard).toHaveLength(1);
  const SubscriptionArn = await confirm();
  await sns('Publish', { TopicArn, Message: 'm' });
  await open.cloud.clock.advance(0);
  expect(heard).toHaveLength(1);
  expect(heard[0]?.headers).toMatchObject({
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-subscription-arn': SubscriptionArn,
  });
  expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ Type: 'Notification', Message: 'm' });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, ReturnSubscriptionArn.
test('the ARN of a pending subscription is told to who asks for it', async () => {
  const asked = { TopicArn, Protocol: 'http', Endpoint: url, ReturnSubscriptionArn: true };
  expect((await sns('Subscribe', asked)).SubscriptionArn).toMatch(new RegExp(`^${TopicArn}:`));
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_sns_confirm_subscription_wrong_token,
// test_double_subscription….
test('a token confirms for two days, whichever topic is named with it', async () => {
  const { Token } = await subscribeUrl();
  const confirm = (topic: string, token: string) => sns('ConfirmSubscription', { TopicArn: topic, Token: token });
  const refused = 'InvalidParameter: Invalid parameter:';
  expect(await refusalOf(confirm(TopicArn, 'abc'))).toBe(`${refused} Invalid token`);
  expect(await refusalOf(confirm(TopicArn, 'a'.repeat(256)))).toBe(`${refused} Token`);
  expect(await refusalOf(confirm('arn:aws:sns:us-east-1:123456789012:orders', Token))).toBe(`${refused} Topic`);
  expect(await refusalOf(confirm(`${TopicArn}-other`, Token))).toBe('not refused');
  await open.cloud.clock.advance(2 * 86_400_000);
  expect(await refusalOf(confirm(TopicArn, Token))).toBe(`${refused} Token`);
});

// Source: SNS developer guide, "Message delivery retries", HTTP/S: 3 retries, 20 s apart; test 56 of the reference.
test('a server that fails is tried again after 20, 40 and 60 seconds, then it is a dead letter', async () => {
  const dead = await open.createQueue('dead');
  const { confirm } = await subscribeUrl({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArnOf('dead') }),
  });
  await confirm();
  status = 500;
  const start = open.cloud.clock.now();
  await sns('Publish', { TopicArn, Message: 'm' });
  await open.cloud.clock.advance(3_600_000);
  expect(heard.map(({ at }) => (at - start) / 1000)).toEqual([0, 20, 40, 60]);
  expect(await dead()).toHaveLength(1);
  expect(outcomes()).toEqual(['retry', 'retry', 'retry', 'failed', 'dead-lettered']);
});

// Source: SNS developer guide, "Message delivery retries": client errors are not tried again.
test.each([404, 403, 302])('a server that answers %i is not asked again', async (answered) => {
  const { confirm } = await subscribeUrl();
  await confirm();
  status = answered;
  await sns('Publish', { TopicArn, Message: 'm' });
  await open.cloud.clock.advance(3_600_000);
  expect(heard).toHaveLength(1);
  expect(outcomes()).toEqual(['failed', 'dropped']);
});

// Source: SNS developer guide, "Creating an HTTP/S delivery policy".
test('a delivery policy says how often, how fast, and with which content type', async () => {
  const DeliveryPolicy = JSON.stringify({
    healthyRetryPolicy: {
      numRetries: 5,
      numNoDelayRetries: 1,
      numMinDelayRetries: 1,
      minDelayTarget: 2,
      maxDelayTarget: 10,
    },
    requestPolicy: { headerContentType: 'application/json' },
  });
  const { confirm } = await subscribeUrl({ DeliveryPolicy });
  const SubscriptionArn = await confirm();
  status = 503;
  const start = open.cloud.clock.now();
  await sns('Publish', { TopicArn, Message: 'm' });
  await open.cloud.clock.advance(3_600_000);
  expect(heard.map(({ at }) => (at - start) / 1000)).toEqual([0, 0, 2, 4, 10, 20]);
  expect(heard[0]?.headers['content-type']).toBe('application/json');
  const { Attributes = {} } = await sns('GetSubscriptionAttributes', { SubscriptionArn });
  expect(JSON.parse(Attributes['EffectiveDeliveryPolicy'] ?? '').healthyRetryPolicy.numRetries).toBe(5);
});

// Source: SNS developer guide, "Creating an HTTP/S delivery policy", throttle policy.
const isOneNodes = isSkippedOnTwoNodes('a throttle policy', 'each node keeps to the whole limit (backbone/README.md)');
test.skipIf(isOneNodes)('a throttle policy spreads what is published at once', async () => {
  const { confirm } = await subscribeUrl({ DeliveryPolicy: '{"throttlePolicy":{"maxReceivesPerSecond":2}}' });
  await confirm();
  const start = open.cloud.clock.now();
  for (let n = 0; n < 5; n++) await sns('Publish', { TopicArn, Message: `m${n}` });
  await open.cloud.clock.advance(10_000);
  expect(heard.map(({ at }) => (at - start) / 1000)).toEqual([0, 0, 1, 1, 2]);
});

// Source: SNS developer guide, "Raw message delivery", HTTP.
test('raw delivery over HTTP is the message, and a header says so', async () => {
  const { confirm } = await subscribeUrl({ RawMessageDelivery: 'true' });
  await confirm();
  await sns('Publish', { TopicArn, Message: 'as it is', MessageAttributes: { a: text('x') } });
  await open.cloud.clock.advance(0);
  expect(heard).toMatchObject([{ body: 'as it is', headers: { 'x-amz-sns-rawdelivery': 'true' } }]);
});

// Source: SNS developer guide, "Message delivery retries", SQS and Lambda.
test('no attempt is lost while a queue fails: 3 at once, 2 after a second each, then ever later', async () => {
  const { retryDelayMs, QUEUE_SCHEDULE } = await import('./delivery/policy.ts');
  const waits = Array.from({ length: 17 }, (_, n) => (retryDelayMs(QUEUE_SCHEDULE, n + 1) ?? -1) / 1000);
  expect(waits.slice(0, 5)).toEqual([0, 0, 0, 1, 1]);
  expect(waits[5]).toBe(1);
  expect(waits.slice(14)).toEqual([20, 20, 20]);
  expect(retryDelayMs(QUEUE_SCHEDULE, 100_015)).toBe(20_000);
  expect(retryDelayMs(QUEUE_SCHEDULE, 100_016)).toBeUndefined();
});

// Ours: mail stands in, and its link is in the journal.
test('mail stands in, and stays pending until the link that the journal has is visited', async () => {
  const { SubscriptionArn } = await sns('Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' });
  expect(SubscriptionArn).toBe('pending confirmation');
  const warnings = open.cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Nothing here sends email: the subscription of a@example\.com to arn:.* stands in and stays pending until http:.*Token=[0-9a-f]+ is visited\.$/,
    ),
  ]);
  await sns('Subscribe', { TopicArn, Protocol: 'sms', Endpoint: '+491700000000' });
  await sns('Publish', { TopicArn, Message: 'hello' });
  await open.cloud.clock.advance(0);
  const received = open.cloud.journal.read().flatMap((fact) => (fact.kind === 'stand-in.received' ? [fact.type] : []));
  expect(received).toEqual(['email', 'sms']);
});
