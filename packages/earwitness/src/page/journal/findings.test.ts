// What the journal's facts make of what was heard, where several tests are heard at once.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { compileExpectation } from '../../expectation/compile.ts';
import { rankNearMisses } from '../../expectation/near-miss.ts';
import { event } from '../../test-session.test.ts';
import { findInJournal } from './findings.ts';

const BEGAN = 1000;

test('the closest event is the nearest of the own ones, although one of another test differs less', async () => {
  const id = 'order-01HF3QZ2Z';
  const foreign = event('OrderCreated', { id: 'order-01HF3QZ30', name: 'A book', pages: 100 });
  const own = event('OrderCreated', { id, name: 'a book', pages: 99 });
  const expected = { 'detail-type': 'OrderCreated', detail: { id, name: 'A book', pages: 100 } };
  const facts = [own, foreign].map(
    (one, index): Fact => ({
      ...{ seq: index + 1, at: BEGAN + index, kind: 'event.accepted', eventId: one.id, bus: 'orders' },
      ...{ source: one.source, detailType: one['detail-type'], sizeBytes: 1, event: JSON.stringify(one) },
      requestId: `r-${index}`,
    }),
  );
  const expectation = compileExpectation(expected);
  const received = [own, foreign].map((message, index) => ({
    ...{ message, index, receivedAt: BEGAN + index, sizeBytes: 1, topic: 'memory', route: 'memory', bus: undefined },
  }));
  const { nearest } = rankNearMisses(expectation, received);
  expect(nearest[0]?.received.message).toBe(foreign);
  const { closest, cause } = await findInJournal(
    { facts },
    {
      ...{ test: { beganAt: BEGAN, aloneSince: Number.POSITIVE_INFINITY }, missed: expectation, heard: nearest },
      ...{ isRecord: false, route: 'memory', letters: [] },
    },
  );
  expect(closest?.received.message).toBe(own);
  expect(cause).toBe(undefined);
});

test('a run behind a stream is the place in the console, where nothing was published', async () => {
  const run = { functionName: 'tell', invocationId: 'i-1' };
  const records = { sourceArn: 's', shardId: 'shard', count: 1 };
  const bodies: FactBody[] = [
    { kind: 'function.invoked', ...run, records },
    { kind: 'function.log', ...run, stream: 'stdout', line: 'telling of booking-0190f3c2' },
    {
      kind: 'function.finished',
      ...run,
      durationMs: 1,
      outcome: 'threw',
      error: { name: 'Error', message: 'no seat' },
    },
  ];
  const { cause, place } = await findInJournal(
    { facts: bodies.map((body, index) => ({ at: BEGAN, ...body, seq: index + 1 })) },
    {
      ...{
        test: { beganAt: BEGAN, aloneSince: Number.POSITIVE_INFINITY },
        heard: [],
        isRecord: false,
        route: 'memory',
      },
      ...{ missed: compileExpectation({ detail: { id: 'booking-0190f3c2' } }), letters: [] },
    },
  );
  expect(cause).toMatchObject({ isSure: true, headline: 'function tell threw' });
  expect(place).toEqual({ page: 'request', id: 'i-1' });
});

test('where an authorizer refused a request, the page says so, and does not blame its function', async () => {
  const request = { requestId: 'r-1', traceId: 'Root=1-a' };
  const run = { functionName: 'gate', invocationId: 'i-1', traceId: 'Root=1-a' };
  const reason = 'the authorizer Gate refused: a statement of its policy denies execute-api:Invoke on arn';
  const bodies: FactBody[] = [
    { kind: 'request.received', ...request, apiId: 'a', stage: 'prod', method: 'POST', path: '/orders' },
    { kind: 'function.invoked', ...run },
    { kind: 'function.finished', ...run, durationMs: 1, outcome: 'returned' },
    { kind: 'request.authorized', ...request, authorizer: 'Gate', outcome: 'denied', invocationId: 'i-1' },
    { kind: 'request.answered', ...request, status: 403, durationMs: 2, reason },
  ];
  const { cause } = await findInJournal(
    { facts: bodies.map((body, index) => ({ at: BEGAN, ...body, seq: index + 1 })) },
    {
      ...{ test: { beganAt: BEGAN, aloneSince: BEGAN }, heard: [], isRecord: false, route: 'memory', letters: [] },
      missed: compileExpectation({ 'detail-type': 'OrderCreated' }),
    },
  );
  expect(cause).toMatchObject({
    headline: 'nothing was published, and an authorizer refused a request',
    lines: [`POST /orders was answered 403 Forbidden: ${reason}`],
  });
});

/** A request whose function writes an item, and a run behind the stream: it publishes an event that no rule takes. */
function booking(foreign: readonly FactBody[] = []): Fact[] {
  const traceId = 'Root=1-mine';
  const run = { functionName: 'tell', invocationId: 'i-2' };
  const call = { account: '0', region: 'us-east-1', status: 200, durationMs: 1 };
  const bodies: FactBody[] = [
    { kind: 'request.received', requestId: 'r', apiId: 'a', stage: 's', method: 'POST', path: '/', traceId },
    { kind: 'function.invoked', functionName: 'book', invocationId: 'i-1', traceId },
    { ...call, kind: 'call', service: 'dynamodb', operation: 'PutItem', requestId: 'w', traceId },
    ...foreign,
    {
      kind: 'function.finished',
      functionName: 'book',
      invocationId: 'i-1',
      durationMs: 1,
      outcome: 'returned',
      traceId,
    },
    { kind: 'request.answered', requestId: 'r', status: 202, durationMs: 1, traceId },
    { kind: 'function.invoked', ...run, records: { sourceArn: 's', shardId: 'shard', count: 1 } },
    {
      ...{ kind: 'event.accepted', eventId: 'e', bus: 'b', source: 's', detailType: 'Booked', sizeBytes: 1 },
      ...{ event: '{"id":"e","source":"s","detail-type":"Booked","detail":{}}', requestId: 'p' },
    },
    { kind: 'event.unmatched', eventId: 'e', bus: 'b', rules: 0 },
    { kind: 'function.finished', ...run, durationMs: 1, outcome: 'returned' },
  ];
  return bodies.map((body, index) => ({ at: BEGAN, ...body, seq: index + 1 }));
}

const findBooking = (facts: readonly Fact[]) =>
  findInJournal(
    { facts },
    {
      ...{ test: { beganAt: BEGAN, aloneSince: Number.POSITIVE_INFINITY, trace: '1-mine' }, heard: [], letters: [] },
      ...{ isRecord: false, route: 'memory', missed: compileExpectation({ 'detail-type': 'Booked' }) },
    },
  );

test('an event of a run behind a stream that no rule takes is no silence of the first function', async () => {
  const { cause, findings, place } = await findBooking(booking());
  expect(cause).toBe(undefined);
  expect(findings.map(({ text }) => text).join('\n')).toContain('no rule');
  expect(place).toEqual({ page: 'event', id: 'e' });
});

test('where others wrote as well, a run behind a stream makes the silence uncertain all the same', async () => {
  const call = { account: '0', region: 'us-east-1', status: 200, durationMs: 1, requestId: 'other' };
  const foreign: FactBody = { ...call, kind: 'call', service: 'dynamodb', operation: 'PutItem' };
  const { cause } = await findBooking(booking([foreign]));
  expect(cause).toBe(undefined);
});
