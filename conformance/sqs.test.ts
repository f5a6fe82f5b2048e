// SQS as its clients see it: AWS's SDK (JSON) and the Query protocol that older clients still speak.
import {
  BatchEntryIdsNotDistinct,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  InvalidAttributeName,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type SQSServiceException,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../packages/local/src/clock/clock.ts';

const account = '123456789012';
// The clock stands still, so that a timer of 20 s is set for exactly 20 s from now, however busy the machine is.
const clock = createClock({ frozenAt: Date.parse('2026-11-22T14:00:00Z') });
const LONG_POLL_MS = 20_000;
/** Told when the local cloud starts to wait for a message, and when it stops to wait. */
let longPoll = { started() {}, ended() {} };
const watchedClock: typeof clock = {
  ...clock,
  setTimer(at, run) {
    const timer = clock.setTimer(at, run);
    if (at - clock.now() !== LONG_POLL_MS) return timer;
    longPoll.started();
    return {
      cancel() {
        timer.cancel();
        longPoll.ended();
      },
    };
  },
};
let local: Local;
let client: SQSClient;

beforeAll(async () => {
  local = await startLocal({ clock: watchedClock });
  client = new SQSClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: account, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});
beforeEach(() => local.reset());

async function makeQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl: url = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return url;
}

async function receive(QueueUrl: string, options: Omit<ReceiveMessageCommand['input'], 'QueueUrl'> = {}) {
  const { Messages: messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...options }),
  );
  return messages;
}

function watchLongPolls() {
  const started = new Promise<void>((resolve) => {
    longPoll = { ...longPoll, started: resolve };
  });
  const ended = new Promise<void>((resolve) => {
    longPoll = { ...longPoll, ended: resolve };
  });
  return { started, ended };
}

const refusalOf = (call: Promise<unknown>): Promise<SQSServiceException & { readonly Code?: string }> =>
  call.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error) => error,
  );

describe('through the SDK', () => {
  test('a message with attributes of every type goes in and comes out; the SDK checks every MD5', async () => {
    const QueueUrl = await makeQueue('orders');
    expect(QueueUrl).toBe(`${local.url}/${account}/orders`);
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'ö' },
      number: { DataType: 'Number.int', StringValue: '17' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello 🦻', MessageAttributes }));
    const [message] = await receive(QueueUrl, { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'hello 🦻',
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1' },
    });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'QueueArn'] }),
    );
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: '0',
      QueueArn: `arn:aws:sqs:eu-west-1:${account}:orders`,
    });
  });

  test('a long poll waits for a message, and an aborted one leaves it to the next', async () => {
    const QueueUrl = await makeQueue('orders');
    const polls = watchLongPolls();
    const aborted = new AbortController();
    const gone = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: aborted.signal,
    });
    await polls.started;
    aborted.abort();
    await expect(gone).rejects.toThrow('aborted');
    await polls.ended;
    const poll = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect((await poll).map((message) => message.Body)).toEqual(['x']);
  });

  test('a long poll that gets nothing ends when the clock says so', async () => {
    const QueueUrl = await makeQueue('orders', { ReceiveMessageWaitTimeSeconds: '20' });
    const polls = watchLongPolls();
    const poll = receive(QueueUrl);
    await polls.started;
    await clock.advance(LONG_POLL_MS);
    expect(await poll).toEqual([]);
  });

  test('batches: what is good is done, what is bad is named', async () => {
    const QueueUrl = await makeQueue('orders');
    const Entries = [
      { Id: 'a', MessageBody: 'one' },
      { Id: 'b', MessageBody: 'two', DelaySeconds: 901 },
      { Id: 'c', MessageBody: 'three' },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map((entry) => entry.Id)).toEqual(['a', 'c']);
    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }]);
    const messages = await receive(QueueUrl);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    expect(deleted.Successful).toHaveLength(2);
  });

  test('a FIFO queue keeps order, deduplicates, and redrives to a FIFO queue', async () => {
    const dead = await makeQueue('dead.fifo', { FifoQueue: 'true' });
    const QueueUrl = await makeQueue('orders.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      VisibilityTimeout: '5',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${account}:dead.fifo`,
        maxReceiveCount: 1,
      }),
    });
    const send = (MessageBody: string) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }));
    const first = await send('1');
    expect(await send('1')).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await send('2');
    expect((await receive(QueueUrl, { MaxNumberOfMessages: 1 })).map((message) => message.Body)).toEqual(['1']);
    expect(await receive(QueueUrl)).toEqual([]);
    await clock.advance(5_000);
    expect((await receive(QueueUrl)).map((message) => message.Body)).toEqual(['2']);
    const [poison] = await receive(dead, { MessageSystemAttributeNames: ['All'] });
    expect(poison).toMatchObject({
      Body: '1',
      Attributes: { DeadLetterQueueSourceArn: `arn:aws:sqs:eu-west-1:${account}:orders.fifo` },
    });
  });

  test('refusals are the SDK classes, with the code of the older protocol beside', async () => {
    const QueueUrl = await makeQueue('orders');
    const missing = await refusalOf(client.send(new GetQueueUrlCommand({ QueueName: 'none' })));
    expect(missing).toBeInstanceOf(QueueDoesNotExist);
    expect([missing.name, missing.Code, missing.message, missing.$metadata.httpStatusCode]).toEqual([
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
      'The specified queue does not exist.',
      400,
    ]);
    const other = await refusalOf(makeQueue('orders', { DelaySeconds: '7' }));
    expect(other).toBeInstanceOf(QueueNameExists);
    expect(other.Code).toBe('QueueAlreadyExists');
    const handle = await refusalOf(
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 0 })),
    );
    expect(handle).toBeInstanceOf(ReceiptHandleIsInvalid);
    expect(handle.$metadata.httpStatusCode).toBe(404);
    const attribute = await refusalOf(
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Colour: 'red' } as object })),
    );
    expect(attribute).toBeInstanceOf(InvalidAttributeName);
    const empty = await refusalOf(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] })));
    expect(empty).toBeInstanceOf(EmptyBatchRequest);
    const entry = { Id: 'a', MessageBody: 'x' };
    const twice = await refusalOf(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry, entry] })));
    expect(twice).toBeInstanceOf(BatchEntryIdsNotDistinct);
    const invalid = await refusalOf(client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })));
    expect([invalid.name, invalid.Code]).toEqual(['InvalidParameterValue', 'InvalidParameterValue']);
    const nothing = await refusalOf(client.send(new SendMessageCommand({ QueueUrl, MessageBody: '' })));
    expect([nothing.name, nothing.Code]).toEqual(['MissingParameter', 'MissingParameter']);
  });

  test('queues are listed, tagged, purged and deleted', async () => {
    expect(await client.send(new ListQueuesCommand({}))).not.toHaveProperty('QueueUrls');
    const QueueUrl = await makeQueue('orders');
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'orders' } }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'orders' });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive(QueueUrl)).toEqual([]);
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl]);
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    expect(await refusalOf(client.send(new DeleteQueueCommand({ QueueUrl })))).toBeInstanceOf(QueueDoesNotExist);
  });
});

describe('through the Query protocol', () => {
  async function query(path: string, fields: Record<string, string>) {
    const answer = await fetch(local.url + path, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261122/eu-west-1/sqs/aws4_request, x` },
      body: new URLSearchParams({ Version: '2012-11-05', ...fields }),
    });
    const text = await answer.text();
    const values = (name: string) =>
      [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map((found) => found[1]);
    return { status: answer.status, text, values };
  }

  test('a queue is made, sent to and received from', async () => {
    const made = await query('/', {
      Action: 'CreateQueue',
      QueueName: 'orders',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
    });
    expect(made.values('QueueUrl')).toEqual([`${local.url}/${account}/orders`]);
    const sent = await query('/', {
      Action: 'SendMessage',
      QueueUrl: `${local.url}/${account}/orders`,
      MessageBody: 'a <b> & c',
      'MessageAttribute.1.Name': 'kind',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'x',
    });
    expect([sent.status, sent.values('MD5OfMessageBody')[0]?.length]).toEqual([200, 32]);
    const received = await query('/', {
      Action: 'ReceiveMessage',
      QueueUrl: `${local.url}/${account}/orders`,
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    expect(received.values('Body')).toEqual(['a &lt;b&gt; &amp; c']);
    expect(received.text).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(received.text).toContain(
      '<MessageAttribute><Name>kind</Name><Value><StringValue>x</StringValue><DataType>String</DataType></Value></MessageAttribute>',
    );
  });

  test('a request to the URL of a queue is about that queue', async () => {
    await makeQueue('orders');
    const path = `/${account}/orders`;
    const sent = await query(path, { Action: 'SendMessage', MessageBody: 'x' });
    expect(sent.status).toBe(200);
    const batch = await query(path, {
      Action: 'SendMessageBatch',
      'SendMessageBatchRequestEntry.1.Id': 'a',
      'SendMessageBatchRequestEntry.1.MessageBody': 'y',
    });
    expect(batch.values('Id')).toEqual(['a']);
    const received = await query(path, { Action: 'ReceiveMessage', MaxNumberOfMessages: '10' });
    expect(received.values('Body')).toEqual(['x', 'y']);
  });

  test('refusals have the codes of the Query protocol', async () => {
    const missing = await query('/', { Action: 'GetQueueUrl', QueueName: 'none' });
    expect([missing.status, missing.values('Code'), missing.values('Type')]).toEqual([
      400,
      ['AWS.SimpleQueueService.NonExistentQueue'],
      ['Sender'],
    ]);
    await makeQueue('orders');
    const wrong = await query(`/${account}/orders`, { Action: 'ReceiveMessage', WaitTimeSeconds: '21' });
    expect([wrong.status, wrong.values('Code'), wrong.values('Message')]).toEqual([
      400,
      ['InvalidParameterValue'],
      ['Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be &gt;= 0 and &lt;= 20, if provided.'],
    ]);
  });
});
