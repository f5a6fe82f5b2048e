import { expect, test } from 'vitest';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createEventsService } from '../service.ts';

async function open() {
  const cloud = createTestCloud(createEventsService, createSqsService);
  const { dispatch } = cloud;
  const facts = (kind: string) => cloud.journal.read().filter((fact) => fact.kind === kind);
  return { cloud, dispatch, facts };
}

/** A queue that EventBridge may send to. */
async function createQueue({ dispatch }: Awaited<ReturnType<typeof open>>, name = 'orders') {
  const arn = `arn:aws:sqs:eu-west-1:123456789012:${name}`;
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  const { QueueUrl = '' } = await dispatch.call(
    'sqs',
    'CreateQueue',
    { QueueName: name, Attributes: { Policy } },
    testCall,
  );
  const bodies = async () => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', input, testCall);
    return Messages.map(({ Body }) => Body);
  };
  return { arn, QueueUrl, bodies };
}

test('an event that matches a rule reaches the queue as compact JSON with its numbers as they were spelled', async () => {
  const room = await open();
  const { cloud, dispatch } = room;
  const queue = await createQueue(room);
  await dispatch.call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, testCall);
  await dispatch.call('events', 'PutTargets', { Rule: 'all', Targets: [{ Id: 'q', Arn: queue.arn }] }, testCall);
  const entry = { Source: 'shop', DetailType: 'Order "placed"', Detail: '{ "price" : 1.50, "n" : [ 1e3 ] }' };
  const { Entries: [result] = [] } = await dispatch.call('events', 'PutEvents', { Entries: [entry] }, testCall);
  await cloud.clock.advance(0);
  expect(await queue.bodies()).toEqual([
    `{"version":"0","id":"${result?.EventId}","detail-type":"Order \\"placed\\"","source":"shop","account":"123456789012","time":"2026-01-01T00:00:00Z","region":"eu-west-1","resources":[],"detail":{"price":1.50,"n":[1e3]}}`,
  ]);
});

test('a path that is there twice, by a repeated name or one with a dot, matches with each of its values', async () => {
  const room = await open();
  const { cloud, dispatch } = room;
  const queue = await createQueue(room);
  const EventPattern = '{"detail":{"order":{"state":["paid"]}}}';
  await dispatch.call('events', 'PutRule', { Name: 'paid', EventPattern }, testCall);
  await dispatch.call('events', 'PutTargets', { Rule: 'paid', Targets: [{ Id: 'q', Arn: queue.arn }] }, testCall);
  const details = ['{"order.state":"new","order":{"state":"paid"}}', '{"order":{"state":"new","state":"paid"}}'];
  const Entries = details.map((Detail) => ({ Source: 'shop', DetailType: 'x', Detail }));
  await dispatch.call('events', 'PutEvents', { Entries }, testCall);
  await cloud.clock.advance(0);
  expect(await queue.bodies()).toHaveLength(2);
});

test('each entry is judged by itself, in order, with the sentences of AWS', async () => {
  const { dispatch } = await open();
  const good = { Source: 'shop', DetailType: 'x', Detail: '{}' };
  const { FailedEntryCount, Entries = [] } = await dispatch.call(
    'events',
    'PutEvents',
    {
      Entries: [
        { ...good, Source: '' },
        { Source: 'shop', Detail: '{}' },
        { Source: 'shop', DetailType: 'x' },
        { ...good, Source: 'aws.ec2' },
        { ...good, Detail: '[1]' },
        { ...good, Detail: 'no' },
        good,
      ],
    },
    testCall,
  );
  expect(FailedEntryCount).toBe(6);
  expect(Entries.slice(0, 6)).toEqual([
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
    },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Detail is not valid. Reason: Detail is a required argument.',
    },
    { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
  ]);
  expect(Entries[6]).toEqual({ EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

test('an entry that names an unknown bus is accepted and dropped, and the journal says so', async () => {
  const { dispatch, facts } = await open();
  const entry = { Source: 'shop', DetailType: 'x', Detail: '{}', EventBusName: 'nowhere' };
  const { FailedEntryCount, Entries: [result] = [] } = await dispatch.call(
    'events',
    'PutEvents',
    { Entries: [entry] },
    testCall,
  );
  expect(FailedEntryCount).toBe(0);
  expect(facts('bus.missing')).toMatchObject([
    { eventId: result?.EventId, bus: 'nowhere', requestId: expect.any(String) },
  ]);
  expect(facts('event.accepted')).toEqual([]);
});

// Source: PutEvents API reference (128 characters); segmentio/action-destinations, pull request 2828, 2025: accepted
// and discarded.
test('an entry whose DetailType has more than 128 characters is accepted and discarded, and the journal says so', async () => {
  const { dispatch, facts } = await open();
  const put = (DetailType: string) =>
    dispatch.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType, Detail: '{}' }] }, testCall);
  for (const sign of ['x', 'ö']) {
    await put(sign.repeat(128));
    expect(await put(sign.repeat(129))).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  }
  expect(facts('event.accepted')).toHaveLength(2);
  expect(facts('warning')).toMatchObject([
    { message: expect.stringContaining('its DetailType has 129 characters, EventBridge takes 128.') },
    { message: expect.stringContaining('its DetailType has 129 characters, EventBridge takes 128.') },
  ]);
});

test('entries of a megabyte together are refused', async () => {
  const { dispatch } = await open();
  const Detail = JSON.stringify({ text: 'x'.repeat(524_288) });
  const entry = { Source: 'shop', DetailType: 'x', Detail };
  expect(await refusalOf(dispatch.call('events', 'PutEvents', { Entries: [entry, entry] }, testCall))).toBe(
    'ValidationException: Total size of the entries in the request is over the limit.',
  );
});

// Source: PutEvents API reference: less than 1 MB.
test('entries of one byte less than a megabyte are accepted', async () => {
  const { dispatch } = await open();
  const put = (bytes: number) => {
    const Detail = `{"t":"${'x'.repeat(bytes - 'shop'.length - 'x'.length - '{"t":""}'.length)}"}`;
    return refusalOf(
      dispatch.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'x', Detail }] }, testCall),
    );
  };
  expect([await put(1_048_575), await put(1_048_576)]).toEqual([
    'not refused',
    'ValidationException: Total size of the entries in the request is over the limit.',
  ]);
});

test('a disabled rule is not asked, and an event that no rule wants is told of', async () => {
  const room = await open();
  const { cloud, dispatch, facts } = room;
  const rule = { Name: 'all', EventPattern: '{"source":["shop"]}' };
  await dispatch.call('events', 'PutRule', { ...rule, State: 'DISABLED' }, testCall);
  const put = () =>
    dispatch.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'x', Detail: '{}' }] }, testCall);
  await put();
  await dispatch.call('events', 'EnableRule', { Name: 'all' }, testCall);
  await put();
  await cloud.clock.advance(0);
  expect(facts('event.unmatched')).toMatchObject([{ bus: 'default', rules: 0 }]);
  expect(facts('rule.matched')).toMatchObject([{ rule: 'all', targets: 0 }]);
});

test('a rule that comes after the last one of its bus has gone matches', async () => {
  const { dispatch, facts } = await open();
  const rule = { Name: 'all', EventPattern: '{"source":["shop"]}' };
  await dispatch.call('events', 'PutRule', rule, testCall);
  await dispatch.call('events', 'DeleteRule', { Name: 'all' }, testCall);
  const Entries = [{ Source: 'shop', DetailType: 'x', Detail: '{}' }];
  await dispatch.call('events', 'PutEvents', { Entries }, testCall);
  expect(facts('event.unmatched')).toMatchObject([{ rules: 0 }]);
  await dispatch.call('events', 'PutRule', rule, testCall);
  await dispatch.call('events', 'PutEvents', { Entries }, testCall);
  expect(facts('rule.matched')).toMatchObject([{ rule: 'all' }]);
});

test('a queue whose policy does not let EventBridge in gets nothing, and the event is dropped with the reason', async () => {
  const { cloud, dispatch, facts } = await open();
  await dispatch.call('sqs', 'CreateQueue', { QueueName: 'closed' }, testCall);
  const arn = 'arn:aws:sqs:eu-west-1:123456789012:closed';
  await dispatch.call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, testCall);
  await dispatch.call('events', 'PutTargets', { Rule: 'all', Targets: [{ Id: 'q', Arn: arn }] }, testCall);
  await dispatch.call(
    'events',
    'PutEvents',
    { Entries: [{ Source: 'shop', DetailType: 'x', Detail: '{}' }] },
    testCall,
  );
  await cloud.clock.advance(0);
  expect(facts('delivery.dropped')).toMatchObject([
    {
      code: 'NO_PERMISSIONS',
      attempts: 1,
      message: expect.stringContaining('no resource-based policy allows the sqs:sendmessage action'),
    },
  ]);
});
