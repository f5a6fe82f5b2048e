import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../test-cloud.ts';
import { bodies, cloud, makeQueue, receive, sqs } from './test-queues.ts';

describe('FIFO queues', () => {
  const send = (url: string, MessageBody: string, MessageGroupId = 'g', MessageDeduplicationId = MessageBody) =>
    sqs('SendMessage', { QueueUrl: url, MessageBody, MessageGroupId, MessageDeduplicationId });

  test('a group is received in order, and locked while one of its messages is in flight', async () => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'true' });
    for (const body of ['a1', 'a2', 'a3']) await send(url, body, 'a');
    await send(url, 'b1', 'b');
    const [a1] = await receive(url, { MaxNumberOfMessages: 1, MessageSystemAttributeNames: ['All'] });
    expect(a1?.Attributes).toMatchObject({
      MessageGroupId: 'a',
      MessageDeduplicationId: 'a1',
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
    });
    expect(bodies(await receive(url))).toEqual(['b1']);
    expect(await receive(url)).toEqual([]);
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: a1?.ReceiptHandle ?? '' });
    expect(bodies(await receive(url))).toEqual(['a2', 'a3']);
    // Not deleted in time: they come again, in order.
    await cloud.clock.advance(30_000);
    expect(bodies(await receive(url))).toEqual(['a2', 'a3', 'b1']);
  });

  // Source: recorded on AWS, 2022 to 2025 (LocalStack
  // test_fifo_group_visibility_extends_with_change_message_visibility,
  // test_fifo_message_group_visibility_after_terminate, …_after_change_message_visibility).
  describe('a group is handed out up to its first message in flight', () => {
    const flight = async (...sent: readonly string[]) => {
      const url = await makeQueue('orders.fifo', { FifoQueue: 'true', VisibilityTimeout: '30' });
      for (const body of sent) await send(url, body, 'plum');
      const received = await receive(url);
      const handle = (body: string) => received.find(({ Body }) => Body === body)?.ReceiptHandle ?? '';
      const hide = (body: string, VisibilityTimeout: number) =>
        sqs('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: handle(body), VisibilityTimeout });
      const remove = (body: string) => sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: handle(body) });
      return { url, hide, remove, next: async (options = {}) => bodies(await receive(url, options)) };
    };

    test('the first message made visible again comes again, beside other groups', async () => {
      const { url, hide, next } = await flight('1', '2', '3');
      await send(url, 'pear', 'pear');
      await hide('1', 0);
      expect((await next()).sort()).toEqual(['1', 'pear']);
    });

    test('the first message whose visibility was cut short comes again when that has ended', async () => {
      const { hide, next } = await flight('1', '2');
      await hide('1', 1);
      expect(await next()).toEqual([]);
      await cloud.clock.advance(2000);
      expect(await next()).toEqual(['1']);
    });

    test.each([
      ['2', ['1']],
      ['3', ['1', '2']],
      ['1', []],
    ])('when message %s is hidden for longer than the others, %j come again', async (extended, again) => {
      const { hide, next } = await flight('1', '2', '3');
      for (const body of ['1', '2', '3']) await hide(body, body === extended ? 60 : 1);
      await cloud.clock.advance(2500);
      expect(await next()).toEqual(again);
    });

    test('when the first is deleted and the second given back, the second comes again; behind one in flight none does', async () => {
      const { hide, remove, next } = await flight('1', '2', '3');
      await hide('2', 0);
      expect(await next()).toEqual([]);
      await remove('1');
      expect(await next()).toEqual(['2']);
    });

    test('a long poll gets the message as soon as it is given back, one by one and in a batch', async () => {
      const { url, hide, next } = await flight('1', '2');
      const poll = next({ WaitTimeSeconds: 20, MaxNumberOfMessages: 1 });
      await hide('1', 0);
      expect(await poll).toEqual(['1']);
      const batch = await flightOf(url);
      const second = next({ WaitTimeSeconds: 20 });
      await sqs('ChangeMessageVisibilityBatch', {
        QueueUrl: url,
        Entries: [{ Id: 'a', ReceiptHandle: batch, VisibilityTimeout: 0 }],
      });
      expect(await second).toEqual(['1', '2']);
    });

    /** The receipt of message 1, which is received once more. */
    const flightOf = async (url: string) => {
      await cloud.clock.advance(30_000);
      const [first] = await receive(url, { MaxNumberOfMessages: 1 });
      return first?.ReceiptHandle ?? '';
    };
  });

  test('a poll that waits for a locked group gets its next message as soon as the first is deleted', async () => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'true' });
    await send(url, '1');
    await send(url, '2');
    const [first] = await receive(url, { MaxNumberOfMessages: 1 });
    const poll = receive(url, { WaitTimeSeconds: 20 });
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle ?? '' });
    expect(bodies(await poll)).toEqual(['2']);
  });

  test('a duplicate within five minutes is answered like the first and not delivered, also after the first was deleted', async () => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'true' });
    const first = await send(url, 'x', 'g', 'same');
    expect(await send(url, 'y', 'h', 'same')).toEqual(first);
    const [message, ...others] = await receive(url);
    expect(others).toEqual([]);
    await sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle ?? '' });
    await cloud.clock.advance(299_999);
    await send(url, 'x', 'g', 'same');
    expect(await receive(url)).toEqual([]);
    await cloud.clock.advance(1);
    await send(url, 'x', 'g', 'same');
    expect(bodies(await receive(url))).toEqual(['x']);
  });

  test('content-based deduplication compares bodies; the scope messageGroup keeps groups apart', async () => {
    const url = await makeQueue('orders.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      DeduplicationScope: 'messageGroup',
    });
    for (const group of ['a', 'a', 'b']) {
      await sqs('SendMessage', { QueueUrl: url, MessageBody: 'same', MessageGroupId: group });
    }
    expect(bodies(await receive(url))).toEqual(['same', 'same']);
  });

  test('a handle whose visibility timeout has ended deletes nothing and says so', async () => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'true', VisibilityTimeout: '1' });
    await send(url, 'x');
    const [message] = await receive(url);
    await cloud.clock.advance(1_000);
    expect(await refusalOf(sqs('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle ?? '' }))).toBe(
      `InvalidParameterValueException: Value ${message?.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  });

  test.each([
    [{}, 'MissingRequiredParameterException: The request must contain the parameter MessageGroupId.'],
    [
      { MessageGroupId: 'g' },
      'InvalidParameterValueException: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    ],
    [
      { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 2 },
      'InvalidParameterValueException: Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
  ])('a message with %j is refused as on AWS', async (input, expected) => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'true' });
    expect(await refusalOf(sqs('SendMessage', { QueueUrl: url, MessageBody: 'x', ...input }))).toBe(expected);
  });
});
