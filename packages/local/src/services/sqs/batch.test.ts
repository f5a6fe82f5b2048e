import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../test-cloud.ts';
import { bodies, makeQueue, receive, sqs } from './test-queues.ts';

describe('batches', () => {
  test('entries are sent one by one, a bad one is listed as failed', async () => {
    const url = await makeQueue();
    const answer = await sqs('SendMessageBatch', {
      QueueUrl: url,
      Entries: [
        { Id: 'a', MessageBody: 'one' },
        { Id: 'b', MessageBody: 'two\u0000' },
      ],
    });
    expect(answer).toEqual({
      Successful: [{ Id: 'a', MessageId: expect.any(String), MD5OfMessageBody: 'f97c5d29941bfb1b2fdab0874906ab82' }],
      Failed: [{ Id: 'b', SenderFault: true, Code: 'InvalidMessageContents', Message: expect.any(String) }],
    });
    expect(bodies(await receive(url))).toEqual(['one']);
  });

  test('an attribute without a type fails its entry alone', async () => {
    const url = await makeQueue();
    const entry = { Id: 'a', MessageBody: 'one', MessageAttributes: { k: JSON.parse('{"StringValue":"v"}') } };
    expect(await sqs('SendMessageBatch', { QueueUrl: url, Entries: [entry, { Id: 'b', MessageBody: 'two' }] })).toEqual(
      {
        Successful: [{ Id: 'b', MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) }],
        Failed: [
          {
            Id: 'a',
            SenderFault: true,
            Code: 'InvalidParameterValue',
            Message: "The message attribute 'k' must contain non-empty message attribute type.",
          },
        ],
      },
    );
  });

  test('delete and visibility take batches too', async () => {
    const url = await makeQueue();
    for (const body of ['a', 'b', 'c']) await sqs('SendMessage', { QueueUrl: url, MessageBody: body });
    const [a, b] = await receive(url);
    expect(
      await sqs('DeleteMessageBatch', {
        QueueUrl: url,
        Entries: [
          { Id: '1', ReceiptHandle: a?.ReceiptHandle ?? '' },
          { Id: '2', ReceiptHandle: 'garbage' },
        ],
      }),
    ).toEqual({
      Successful: [{ Id: '1' }],
      Failed: [
        {
          Id: '2',
          SenderFault: true,
          Code: 'ReceiptHandleIsInvalid',
          Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
        },
      ],
    });
    await sqs('ChangeMessageVisibilityBatch', {
      QueueUrl: url,
      Entries: [{ Id: '1', ReceiptHandle: b?.ReceiptHandle ?? '', VisibilityTimeout: 0 }],
    });
    expect(bodies(await receive(url))).toEqual(['b']);
  });

  test.each([
    [[], 'EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.'],
    [
      Array.from({ length: 11 }, (_, index) => `${index}`),
      'TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.',
    ],
    [['a', 'a'], 'BatchEntryIdsNotDistinct: Id a repeated.'],
    [
      ['invalid:id'],
      'InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ],
  ])('a batch with the ids %j is refused as on AWS', async (ids, expected) => {
    const url = await makeQueue();
    const entries = ids.map((Id) => ({ Id, MessageBody: 'x' }));
    expect(await refusalOf(sqs('SendMessageBatch', { QueueUrl: url, Entries: entries }))).toBe(expected);
  });

  test('a batch of more than 1 MiB is refused', async () => {
    const url = await makeQueue();
    const half = 'x'.repeat(524_288);
    const entries = [
      { Id: 'a', MessageBody: half },
      { Id: 'b', MessageBody: `${half}x` },
    ];
    expect(await refusalOf(sqs('SendMessageBatch', { QueueUrl: url, Entries: entries }))).toBe(
      'BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    );
  });
});
