import { describe, expect, test } from 'vitest';
import { refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { bodies, cloud, makeQueue, receive, sqs } from './test-queues.ts';

describe('messages', () => {
  test('a message is received once, hidden for the visibility timeout, received again, and gone after delete', async () => {
    const url = await makeQueue();
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'hello' });
    const [first] = await receive(url, { MessageSystemAttributeNames: ['All'] });
    expect(first).toEqual({
      MessageId: expect.any(String),
      ReceiptHandle: expect.any(String),
      MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
      Body: 'hello',
      Attributes: {
        SenderId: TEST_ACCOUNT,
        SentTimestamp: String(TEST_START),
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: String(TEST_START),
      },
    });
    expect(await receive(url)).toEqual([]);
    await cloud.clock.advance(30_000);
    const [second] = await receive(url, { AttributeNames: ['ApproximateReceiveCount' as 'All'] });
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    // Only the newest handle deletes; an older one is taken and does nothing.
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle ?? '' });
    await cloud.clock.advance(30_000);
    const [third] = await receive(url);
    expect(third?.Body).toBe('hello');
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: third?.ReceiptHandle ?? '' });
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: third?.ReceiptHandle ?? '' });
    await cloud.clock.advance(30_000);
    expect(await receive(url)).toEqual([]);
  });

  // Sums recorded on AWS: attributes Hello, General and Help.Me; one Binary attribute.
  test("attributes' MD5 is AWS's, for all of them and for those that were asked for", async () => {
    const url = await makeQueue('orders', { VisibilityTimeout: '0' });
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    const sent = await sqs('SendMessage', {
      QueueUrl: url,
      MessageBody: 'msg',
      MessageAttributes: { Hello: text('There'), General: text('Kenobi'), 'Help.Me': text('Me') },
    });
    expect(sent).toMatchObject({
      MD5OfMessageBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
      MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
    });
    const ask = async (...names: string[]) => {
      const [message] = await receive(url, { MessageAttributeNames: names });
      return [message?.MD5OfMessageAttributes, Object.keys(message?.MessageAttributes ?? {})];
    };
    expect(await ask('All')).toEqual(['4c360f3fdafd970e05fae2f149d997f5', ['Hello', 'General', 'Help.Me']]);
    expect(await ask('.*')).toEqual(await ask('All'));
    expect(await ask('Hello', 'General')).toEqual(['fca026605781cb4126a1e9044df24232', ['Hello', 'General']]);
    expect(await ask('Hello', 'None')).toEqual(['a311262e065454b75da111d535b8dacd', ['Hello']]);
    expect(await ask('Hel.*')).toEqual(['83fee93c1bcd8b9a5a923ffacdc636c7', ['Hello', 'Help.Me']]);
    expect(await ask('None')).toEqual([undefined, []]);
    expect(await ask()).toEqual([undefined, []]);

    const trace = new TextEncoder().encode('traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01');
    const binary = await sqs('SendMessage', {
      QueueUrl: url,
      MessageBody: 'test',
      MessageAttributes: { attr1: { DataType: 'Binary', BinaryValue: trace } },
    });
    expect(binary.MD5OfMessageAttributes).toBe('8cbe4db156db8a94db8b801b7addb984');
  });

  test('a trace header travels as a system attribute', async () => {
    const url = await makeQueue();
    const header = { DataType: 'String', StringValue: 'Root=1-67891233-abcdef012345678912345678' };
    const sent = await sqs('SendMessage', {
      QueueUrl: url,
      MessageBody: 'x',
      MessageSystemAttributes: { AWSTraceHeader: header },
    });
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    const [message] = await receive(url, { MessageSystemAttributeNames: ['AWSTraceHeader'] });
    expect(message?.Attributes).toEqual({ AWSTraceHeader: header.StringValue });
  });

  test.each([
    [{ MessageBody: '' }, 'MissingRequiredParameterException: The request must contain the parameter MessageBody.'],
    [
      { MessageBody: 'a\u0001b' },
      'InvalidMessageContents: Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    ],
    [
      { MessageBody: 'x', DelaySeconds: 901 },
      'InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    ],
    [
      { MessageBody: 'x', MessageDeduplicationId: 'd' },
      'InvalidParameterValueException: Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
    [
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
      "InvalidParameterValueException: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringListValues: ['x'] } } },
      'UnsupportedOperation: Message attribute list values in SendMessage operation are not supported.',
    ],
  ])('SendMessage %j is refused as on AWS', async (input, expected) => {
    const url = await makeQueue();
    expect(await refusalOf(sqs('SendMessage', { QueueUrl: url, ...input }))).toBe(expected);
  });

  test('a message of more bytes than the queue takes is refused, attributes counted', async () => {
    const url = await makeQueue('orders', { MaximumMessageSize: '1024' });
    const send = (length: number) =>
      sqs('SendMessage', {
        QueueUrl: url,
        MessageBody: 'x'.repeat(length),
        MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
      });
    expect(await refusalOf(send(1016))).toBe('not refused');
    expect(await refusalOf(send(1017))).toBe(
      'InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
    );
  });

  test('text of every kind is taken: emoji, Chinese, line breaks', async () => {
    const url = await makeQueue();
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'a\n\t漢字 🦻' });
    expect(bodies(await receive(url))).toEqual(['a\n\t漢字 🦻']);
  });

  test('a delayed message appears when its time has come, the queue says how many there are of each kind', async () => {
    const url = await makeQueue('orders', { DelaySeconds: '5' });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'later' });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'now', DelaySeconds: 0 });
    const counts = async () => {
      const { Attributes = {} } = await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });
      return [
        Attributes['ApproximateNumberOfMessages'],
        Attributes['ApproximateNumberOfMessagesNotVisible'],
        Attributes['ApproximateNumberOfMessagesDelayed'],
      ];
    };
    expect(await counts()).toEqual(['1', '0', '1']);
    expect(bodies(await receive(url))).toEqual(['now']);
    expect(await counts()).toEqual(['0', '1', '1']);
    await cloud.clock.advance(5_000);
    expect(await counts()).toEqual(['1', '1', '0']);
    expect(bodies(await receive(url))).toEqual(['later']);
  });

  test('a message older than the retention period is gone', async () => {
    const url = await makeQueue('orders', { MessageRetentionPeriod: '60' });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'old' });
    await cloud.clock.advance(30_000);
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'young' });
    await cloud.clock.advance(30_000);
    expect(bodies(await receive(url))).toEqual(['young']);
  });

  test('ChangeMessageVisibility(0) brings a message back at once, a longer one keeps it hidden', async () => {
    const url = await makeQueue();
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' });
    const change = async (receipt: string | undefined, seconds: number) =>
      sqs('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: receipt ?? '', VisibilityTimeout: seconds });
    const [first] = await receive(url);
    await change(first?.ReceiptHandle, 0);
    const [second] = await receive(url);
    await change(second?.ReceiptHandle, 100);
    await cloud.clock.advance(99_999);
    expect(await receive(url)).toEqual([]);
    await cloud.clock.advance(1);
    const [third] = await receive(url);
    expect(third?.Body).toBe('x');
    expect(await refusalOf(change(third?.ReceiptHandle, 43_201))).toBe(
      'InvalidParameterValueException: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.',
    );
    expect(await refusalOf(change('garbage', 1))).toBe(
      'ReceiptHandleIsInvalid: The input receipt handle "garbage" is not a valid receipt handle.',
    );
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: third?.ReceiptHandle ?? '' });
    expect(await refusalOf(change(third?.ReceiptHandle, 1))).toBe(
      `InvalidParameterValueException: Value ${third?.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });

  test.each([
    [
      { MaxNumberOfMessages: 11 },
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      { WaitTimeSeconds: 21 },
      'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
  ])('ReceiveMessage %j is refused as on AWS', async (input, expected) => {
    const url = await makeQueue();
    expect(await refusalOf(receive(url, input))).toBe(`InvalidParameterValueException: ${expected}`);
  });

  test('a purged queue is empty, in flight and delayed messages included', async () => {
    const url = await makeQueue();
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'in flight' });
    await receive(url);
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'delayed', DelaySeconds: 10 });
    await sqs('PurgeQueue', { QueueUrl: url });
    await cloud.clock.advance(60_000);
    expect(await receive(url)).toEqual([]);
  });
});

describe('long polls', () => {
  test('a poll ends with a message as soon as one is sent, and the first who waited gets it', async () => {
    const url = await makeQueue();
    const first = receive(url, { WaitTimeSeconds: 20 });
    const second = receive(url, { WaitTimeSeconds: 20 });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' });
    expect(bodies(await first)).toEqual(['x']);
    await cloud.clock.advance(20_000);
    expect(await second).toEqual([]);
  });

  test('a poll wakes when a delay or a visibility timeout ends', async () => {
    const url = await makeQueue('orders', { ReceiveMessageWaitTimeSeconds: '20', VisibilityTimeout: '7' });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'x', DelaySeconds: 5 });
    const times: number[] = [];
    const poll = async () => {
      await receive(url);
      times.push(cloud.clock.now() - TEST_START);
    };
    const first = poll();
    await cloud.clock.advance(5_000);
    await first;
    const second = poll();
    await cloud.clock.advance(10_000);
    await second;
    expect(times).toEqual([5_000, 12_000]);
  });

  test('a caller who went away gets no message', async () => {
    const url = await makeQueue();
    const leaving = new AbortController();
    const poll = sqs('ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 20 }, { ...testCall, signal: leaving.signal });
    leaving.abort();
    expect(await poll).toEqual({});
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' });
    expect(bodies(await receive(url))).toEqual(['x']);
  });

  test('reset ends every poll', async () => {
    const url = await makeQueue();
    const poll = receive(url, { WaitTimeSeconds: 20 });
    // Lets the poll begin.
    await cloud.clock.advance(0);
    await cloud.reset();
    expect(await poll).toEqual([]);
  });
});
