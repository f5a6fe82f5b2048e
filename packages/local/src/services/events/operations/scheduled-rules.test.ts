// Rules with a schedule fire by the clock. What the event looks like was recorded on AWS.
import { expect, test } from 'vitest';
import { createTestCloud, testCall } from '../../../test-cloud.ts';
import { createEventsService } from '../service.ts';

function open() {
  const cloud = createTestCloud(createEventsService);
  const put = (input: { ScheduleExpression: string; State?: 'DISABLED' }) =>
    cloud.dispatch.call('events', 'PutRule', { Name: 'tick', ...input }, testCall);
  const events = () =>
    cloud.journal.read().flatMap((fact) => (fact.kind === 'event.accepted' ? [JSON.parse(fact.event)] : []));
  const times = () => events().map(({ time }) => time);
  return { cloud, clock: cloud.clock, put, events, times };
}

test('a rate fires on whole minutes, from when the rule was put', async () => {
  const { clock, put, events, times } = open();
  await clock.advance(30_000);
  await put({ ScheduleExpression: 'rate(1 minute)' });
  await clock.advance(29_999);
  expect(events()).toEqual([]);
  await clock.advance(60_001);
  expect(times()).toEqual(['2026-01-01T00:01:00Z', '2026-01-01T00:02:00Z']);
  expect(events()[0]).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '123456789012',
    time: '2026-01-01T00:01:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:events:eu-west-1:123456789012:rule/tick'],
    detail: {},
  });
});

test('a cron rule fires at its times: a night is advanced over', async () => {
  const { clock, put, times } = open();
  await put({ ScheduleExpression: 'cron(30 6 ? * MON-FRI *)' });
  await clock.advance(4 * 24 * 3_600_000);
  expect(times()).toEqual(['2026-01-01T06:30:00Z', '2026-01-02T06:30:00Z']);
});

test('a disabled, changed or deleted rule stops', async () => {
  const { cloud, clock, put, times } = open();
  await put({ ScheduleExpression: 'rate(1 minute)' });
  await put({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' });
  await clock.advance(600_000);
  await put({ ScheduleExpression: 'rate(5 minutes)' });
  await clock.advance(300_000);
  await cloud.dispatch.call('events', 'DeleteRule', { Name: 'tick' }, testCall);
  await clock.advance(600_000);
  expect(times()).toEqual(['2026-01-01T00:15:00Z']);
});

// Source: public report localstack #7847.
test('PutEvents fires no rule that has a schedule alone', async () => {
  const { cloud, put } = open();
  await put({ ScheduleExpression: 'rate(1 hour)' });
  const Entries = [{ Source: 'shop', DetailType: 'Scheduled Event', Detail: '{}' }];
  await cloud.dispatch.call('events', 'PutEvents', { Entries }, testCall);
  await cloud.clock.advance(0);
  const kinds = cloud.journal.read().map(({ kind }) => kind);
  expect([kinds.includes('event.unmatched'), kinds.includes('rule.matched')]).toEqual([true, false]);
});
