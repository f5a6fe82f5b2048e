import { describe, expect, test } from 'vitest';
import { createSqsService } from '../services/sqs/service.ts';
import { createTestCloud, TEST_START, testCall } from '../test-cloud.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery, Destination, Outcome } from './destination.ts';

const DLQ = 'arn:aws:sqs:eu-west-1:123456789012:dlq';
const RULE = 'arn:aws:events:eu-west-1:123456789012:rule/all';

const EVENTBRIDGE_MAY_SEND = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: DLQ,
  Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
};

const DOWN: Outcome = { kind: 'retry', code: 'SDK_CLIENT_ERROR', message: 'It is down.' };

/** A cloud whose only destination answers what `outcome` says, and remembers when it was called. */
async function open(outcome: (delivery: Delivery) => Outcome, limit?: number) {
  const cloud = createTestCloud(createSqsService);
  const { clock, dispatch } = cloud;
  const attempts: { id: string; at: number; input: string }[] = [];
  const destination: Destination = {
    accepts: () => true,
    ...(limit !== undefined && { limit: () => ({ key: 'one', ratePerSecond: limit }) }),
    attempt: async (delivery, input) => {
      attempts.push({ id: delivery.eventId, at: clock.now() - TEST_START, input });
      return outcome(delivery);
    },
  };
  const deliveries = new Deliveries(cloud, [destination]);
  const { QueueUrl = '' } = await dispatch.call(
    'sqs',
    'CreateQueue',
    {
      QueueName: 'dlq',
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [EVENTBRIDGE_MAY_SEND] }) },
    },
    testCall,
  );
  const deadLetters = async () => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', input, testCall);
    return Messages.map(({ Body, MessageAttributes = {} }) => ({
      Body,
      ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, value]) => [name, value.StringValue])),
    }));
  };
  const facts = (kind: string) => cloud.journal.read().filter((fact) => fact.kind === kind);
  return { cloud, clock, deliveries, attempts, deadLetters, facts, dispatch, QueueUrl };
}

function delivery(id: string, target: Partial<Delivery['target']> = {}): Delivery {
  return {
    deliveryId: `${id}:all:t`,
    eventId: id,
    event: `{"id":"${id}","detail":{"n":1.0}}`,
    bus: 'default',
    rule: 'all',
    ruleArn: RULE,
    account: '123456789012',
    region: 'eu-west-1',
    target: { Id: 't', Arn: 'arn:aws:test:eu-west-1:123456789012:thing', ...target },
    acceptedAt: TEST_START,
    hops: { local: 0, regional: 0 },
    attempts: 0,
  };
}

describe('retries', () => {
  test('a target that is down for a day is tried about as often as AWS tries, then the event is dead-lettered', async () => {
    const { clock, deliveries, attempts, deadLetters } = await open(() => DOWN);
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ } })]);
    await clock.advance(24 * 3_600_000);
    // A dead letter seen on AWS after the default 24 hours said 129.
    expect(attempts.length).toBe(134);
    expect(await deadLetters()).toEqual([
      {
        Body: '{"id":"e1","detail":{"n":1.0}}',
        RULE_ARN: RULE,
        TARGET_ARN: 'arn:aws:test:eu-west-1:123456789012:thing',
        ERROR_CODE: 'SDK_CLIENT_ERROR',
        ERROR_MESSAGE: 'It is down.',
        EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
        RETRY_ATTEMPTS: '133',
      },
    ]);
  });

  test('MaximumRetryAttempts ends the retries', async () => {
    const { clock, deliveries, attempts, deadLetters } = await open(() => DOWN);
    const RetryPolicy = { MaximumRetryAttempts: 3 };
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, RetryPolicy })]);
    await clock.advance(60_000);
    expect(attempts.length).toBe(4);
    expect(await deadLetters()).toMatchObject([
      { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '3' },
    ]);
  });

  test('without retries a failed attempt is the last', async () => {
    const { clock, deliveries, attempts, deadLetters } = await open(() => DOWN);
    const RetryPolicy = { MaximumRetryAttempts: 0 };
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, RetryPolicy })]);
    await clock.advance(0);
    expect(attempts.length).toBe(1);
    expect(await deadLetters()).toMatchObject([{ RETRY_ATTEMPTS: '0' }]);
  });

  test('the next attempt is not before the time that the target asked for', async () => {
    const { clock, deliveries, attempts } = await open(({ attempts: made }) =>
      made === 1 ? { ...DOWN, kind: 'retry', afterMs: 90_000 } : { kind: 'delivered' },
    );
    await deliveries.put([delivery('e1')]);
    await clock.advance(89_999);
    expect(attempts.length).toBe(1);
    await clock.advance(1);
    expect(attempts.length).toBe(2);
  });

  test('what no retry can mend goes to the dead-letter queue at once, without the attributes of retries', async () => {
    const { clock, deliveries, deadLetters } = await open(() => ({
      kind: 'dropped',
      code: 'NO_RESOURCE',
      message: 'Gone.',
    }));
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ } })]);
    await clock.advance(0);
    expect(await deadLetters()).toEqual([
      {
        Body: '{"id":"e1","detail":{"n":1.0}}',
        RULE_ARN: RULE,
        TARGET_ARN: 'arn:aws:test:eu-west-1:123456789012:thing',
        ERROR_CODE: 'NO_RESOURCE',
        ERROR_MESSAGE: 'Gone.',
      },
    ]);
  });
});

test('an attempt that was sent in full and not answered: its fact says that the target may have taken the event, and so does the last', async () => {
  const inDoubt: Outcome = { ...DOWN, kind: 'retry', inDoubt: true };
  const { clock, deliveries, deadLetters, facts } = await open(({ attempts }) => (attempts % 2 ? inDoubt : DOWN));
  const RetryPolicy = { MaximumRetryAttempts: 3 };
  await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, RetryPolicy })]);
  await clock.advance(60_000);
  expect(facts('delivery.attempted').map((fact) => 'message' in fact && fact.message)).toEqual([
    'It is down. Attempt 1 was sent in full and not answered, so the target may have taken the event.',
    'It is down.',
    'It is down. Attempt 3 was sent in full and not answered, so the target may have taken the event.',
    'It is down.',
  ]);
  expect(facts('delivery.dead-lettered')).toMatchObject([
    {
      message:
        'It is down. Attempts 1 and 3 were sent in full and not answered, so the target may have taken the event.',
    },
  ]);
  // The dead letter itself has AWS's sentence only.
  expect(await deadLetters()).toMatchObject([{ ERROR_MESSAGE: 'It is down.' }]);
});

describe('dead letters', () => {
  test('the body is what the target would have got', async () => {
    const { clock, deliveries, deadLetters } = await open(() => ({ kind: 'dropped', code: 'UNKNOWN', message: 'No.' }));
    const InputTransformer = { InputPathsMap: { n: '$.detail.n' }, InputTemplate: '{"number": <n>}' };
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, InputTransformer })]);
    await clock.advance(0);
    expect(await deadLetters()).toMatchObject([{ Body: '{"number": 1.0}' }]);
  });

  test('an input that became no JSON is dead-lettered without an attempt', async () => {
    const { clock, deliveries, attempts, deadLetters } = await open(() => ({ kind: 'delivered' }));
    const InputTransformer = { InputPathsMap: { id: '$.id' }, InputTemplate: '[<id>]' };
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, InputTransformer })]);
    await clock.advance(0);
    expect(attempts).toEqual([]);
    expect(await deadLetters()).toMatchObject([
      { Body: '[e1]', ERROR_CODE: 'INVALID_JSON', ERROR_MESSAGE: 'Invalid input for target.' },
    ]);
  });

  test('a queue whose policy does not let EventBridge in: the event is dropped, and the journal says what is missing', async () => {
    const { clock, deliveries, deadLetters, facts, dispatch, QueueUrl } = await open(() => DOWN);
    await dispatch.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } }, testCall);
    const RetryPolicy = { MaximumRetryAttempts: 0 };
    await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: DLQ }, RetryPolicy })]);
    await clock.advance(0);
    expect(await deadLetters()).toEqual([]);
    expect(facts('delivery.dropped')).toMatchObject([
      {
        code: 'SDK_CLIENT_ERROR',
        attempts: 1,
        message:
          `It is down. It could not be dead-lettered either: the policy of queue ${DLQ} does not allow events.amazonaws.com ` +
          `to call sqs:SendMessage for rule ${RULE}, so the event is gone, as it would be on AWS. Add an AWS::SQS::QueuePolicy ` +
          `with Effect Allow, Principal {"Service": "events.amazonaws.com"}, Action sqs:SendMessage, Resource the queue's ARN.`,
      },
    ]);
  });

  test('without a dead-letter queue the event is dropped', async () => {
    const { clock, deliveries, facts } = await open(() => ({ kind: 'dropped', code: 'UNKNOWN', message: 'No.' }));
    await deliveries.put([delivery('e1')]);
    await clock.advance(0);
    expect(facts('delivery.dropped')).toMatchObject([
      { code: 'UNKNOWN', message: 'No. The target has no dead-letter queue, so the event is gone.' },
    ]);
  });
});

describe('rate limit', () => {
  test('what comes too early waits for its turn: never more than the rate in any second', async () => {
    const { clock, deliveries, attempts, facts } = await open(() => ({ kind: 'delivered' }), 2);
    await deliveries.put(['e1', 'e2', 'e3', 'e4', 'e5'].map((id) => delivery(id)));
    await clock.advance(5000);
    expect(attempts.map(({ id, at }) => [id, at])).toEqual([
      ['e1', 0],
      ['e2', 0],
      ['e3', 1000],
      ['e4', 1000],
      ['e5', 2000],
    ]);
    expect(facts('delivery.delayed')).toMatchObject([
      { eventId: 'e3', until: TEST_START + 1000, reason: 'rate limit of 2 per second' },
      { eventId: 'e4', until: TEST_START + 1000 },
      { eventId: 'e5', until: TEST_START + 2000 },
    ]);
  });

  test('an event that grows too old while it waits is dead-lettered', async () => {
    const { clock, deliveries, attempts, deadLetters } = await open(() => ({ kind: 'delivered' }), 1);
    const target = { DeadLetterConfig: { Arn: DLQ }, RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
    await deliveries.put(Array.from({ length: 61 }, (_, index) => delivery(`e${index}`, target)));
    await clock.advance(60_000);
    expect(attempts.length).toBe(60);
    expect(await deadLetters()).toMatchObject([{ Body: '{"id":"e60","detail":{"n":1.0}}', RETRY_ATTEMPTS: '0' }]);
  });
});

test('a fault of our own in an attempt is written down, and the attempt is made again', async () => {
  let calls = 0;
  const { clock, deliveries, facts } = await open(() => {
    if (++calls === 1) throw new Error('a bug');
    return { kind: 'delivered' };
  });
  await deliveries.put([delivery('e1')]);
  await clock.advance(1000);
  expect(facts('fault')).toMatchObject([{ about: 'delivery e1:all:t', message: 'a bug' }]);
  expect(facts('delivery.attempted')).toMatchObject([
    { outcome: 'retry', code: 'INTERNAL_ERROR' },
    { outcome: 'delivered', attempt: 2 },
  ]);
});

test('a dead-letter queue that does not exist: the event is dropped with the reason', async () => {
  const { clock, deliveries, facts } = await open(() => ({ kind: 'dropped', code: 'UNKNOWN', message: 'No.' }));
  await deliveries.put([delivery('e1', { DeadLetterConfig: { Arn: `${DLQ}-gone` } })]);
  await clock.advance(0);
  expect(facts('delivery.dropped')).toMatchObject([
    {
      message: `No. It could not be dead-lettered either: queue ${DLQ}-gone answered QueueDoesNotExist: The specified queue does not exist. The event is gone.`,
    },
  ]);
});
