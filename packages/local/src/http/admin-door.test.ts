import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { type Local, startLocalWith } from '../local.ts';
import { createEventsService } from '../services/events/service.ts';
import { createTopicsService } from '../services/topics/service.ts';

const JSON_BODY = { 'content-type': 'application/json' };

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
});
afterAll(() => rm(home, { recursive: true }));

let local: Local;
beforeEach(async () => {
  local = await startLocalWith([createTopicsService({ secret: 's3cret' }), createEventsService], {
    home,
    clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }),
    journalMaxBytes: 25_000_000,
  });
});
afterEach(() => local.close());

async function ask(path: string, init: RequestInit = {}): Promise<[status: number, body: unknown]> {
  const response = await fetch(`${local.url}${path}`, init);
  return [response.status, await response.json()];
}

/** The lines of the journal's stream; leaving the loop ends it. */
async function* follow(after: number): AsyncGenerator<Fact> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${local.url}/_earwitness/journal/stream?after=${after}`, resolve).on('error', reject).end();
  });
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

test('health tells which services run', async () => {
  expect(await ask('/_earwitness/health')).toEqual([200, { status: 'running', services: ['topics', 'events'] }]);
  expect(await ask('/_localstack/health')).toEqual([
    200,
    { services: { topics: 'running', events: 'running' }, edition: 'earwitness' },
  ]);
});

test('the journal is read in pages, from where the reader stopped', async () => {
  for (const message of ['a', 'b', 'c']) local.journal.record({ kind: 'warning', about: 'test', message });
  const facts = local.journal.read();
  const page = {
    oldest: 1,
    newest: 3,
    dropped: { facts: 0, bytes: 0 },
    limits: { facts: 100_000, bytes: 25_000_000 },
    advancedMs: 0,
  };
  expect(await ask('/_earwitness/journal')).toEqual([200, { ...page, facts }]);
  expect(await ask('/_earwitness/journal?after=1&limit=1')).toEqual([200, { ...page, facts: facts.slice(1, 2) }]);
  expect(await ask('/_earwitness/journal?after=x')).toEqual([400, { error: "after is a number of facts, not 'x'." }]);
});

test('the journal is read from a moment on', async () => {
  local.journal.record({ kind: 'warning', about: 'test', message: 'before' });
  await local.clock.advance(1000);
  local.journal.record({ kind: 'warning', about: 'test', message: 'after' });
  const [, body] = await ask(`/_earwitness/journal?since=${local.clock.now()}`);
  expect(body).toMatchObject({ newest: 3, advancedMs: 1000, facts: [{ seq: 3, message: 'after' }] });
  expect(await ask('/_earwitness/journal?since=now')).toEqual([
    400,
    { error: "since is a moment in epoch milliseconds, not 'now'." },
  ]);
});

test('an answer says what the journal dropped and what it has room for, and is cut short where facts are large', async () => {
  for (let n = 0; n < 12; n++) local.journal.record({ kind: 'warning', about: 'test', message: 'x'.repeat(2_500_000) });
  const { kept } = local.journal;
  expect(await ask('/_earwitness/journal?limit=1')).toEqual([
    200,
    {
      oldest: 4,
      newest: 12,
      dropped: { facts: 3, bytes: (3 * kept.bytes) / 9 },
      limits: { facts: 100_000, bytes: 25_000_000 },
      advancedMs: 0,
      facts: local.journal.read({ limit: 1 }),
    },
  ]);
  expect((await ask('/_earwitness/journal'))[1]).toMatchObject({ facts: [{ seq: 4 }, { seq: 5 }, { seq: 6 }] });
});

test('who follows more slowly than the journal drops facts is told which were missed', async () => {
  for (let n = 0; n < 12; n++) local.journal.record({ kind: 'warning', about: 'test', message: 'x'.repeat(2_500_000) });
  const facts = follow(1);
  expect((await facts.next()).value).toEqual({
    kind: 'journal.skipped',
    seq: 3,
    at: Date.UTC(2026, 0, 1),
    firstMissed: 2,
    lastMissed: 3,
  });
  expect((await facts.next()).value).toMatchObject({ kind: 'warning', seq: 4 });
  await facts.return(undefined);
});

test('what a reset cleared is not told as missed', async () => {
  local.journal.record({ kind: 'warning', about: 'test', message: 'a' });
  await local.reset();
  local.journal.record({ kind: 'warning', about: 'test', message: 'b' });
  const facts = follow(0);
  expect((await facts.next()).value).toMatchObject({ seq: 2, message: 'b' });
  await facts.return(undefined);
});

test('the journal is followed line by line: what is there, then what comes', async () => {
  local.journal.record({ kind: 'warning', about: 'test', message: 'before' });
  const facts = follow(0);
  expect((await facts.next()).value).toMatchObject({ seq: 1, message: 'before' });
  local.journal.record({ kind: 'warning', about: 'test', message: 'after' });
  expect((await facts.next()).value).toMatchObject({ seq: 2, message: 'after' });
  await facts.return(undefined);
});

test('a reader who is slow gets every fact in order', async () => {
  const message = 'x'.repeat(10_000);
  for (let count = 0; count < 2000; count++) local.journal.record({ kind: 'warning', about: 'test', message });
  let expected = 501;
  for await (const fact of follow(500)) {
    expect(fact.seq).toBe(expected++);
    if (expected > 2000) break;
  }
});

test('the clock is read and moved, and the journal notes it', async () => {
  const start = Date.UTC(2026, 0, 1);
  expect(await ask('/_earwitness/clock')).toEqual([200, { now: start }]);
  const body = JSON.stringify({ ms: 60_000 });
  expect(await ask('/_earwitness/clock/advance', { method: 'POST', body, headers: JSON_BODY })).toEqual([
    200,
    { now: start + 60_000 },
  ]);
  expect(local.journal.read()).toEqual([{ seq: 1, at: start, kind: 'clock.advanced', byMs: 60_000 }]);
  for (const wrong of ['', '{}', '{"ms":-1}', '{"ms":"1"}', '[]']) {
    expect(await ask('/_earwitness/clock/advance', { method: 'POST', body: wrong, headers: JSON_BODY })).toEqual([
      400,
      { error: 'The body is {"ms": n}: by how many milliseconds, zero or more, the clock is to move on.' },
    ]);
  }
  expect(
    await ask('/_earwitness/clock/advance', { method: 'POST', body: '{"ms":8640000000000000}', headers: JSON_BODY }),
  ).toEqual([400, { error: 'The clock goes to the year 275760; 8640000000000000 ms from now is beyond that.' }]);
});

test('reset empties the journal', async () => {
  local.journal.record({ kind: 'warning', about: 'test', message: 'a' });
  expect(await ask('/_earwitness/reset', { method: 'POST', headers: { 'x-earwitness': '1' } })).toEqual([200, {}]);
  expect(local.journal.read()).toEqual([]);
});

test('reset refuses what it does not know, and changes nothing then', async () => {
  local.journal.record({ kind: 'warning', about: 'test', message: 'a' });
  for (const wrong of ['{', '[]', '{"keepStacks":1}', '{"keepstacks":true}']) {
    expect(await ask('/_earwitness/reset', { method: 'POST', headers: JSON_BODY, body: wrong })).toEqual([
      400,
      { error: 'The body is empty, or {"keepStacks": true}: whether stacks and resources stay.' },
    ]);
  }
  expect(local.journal.read()).toHaveLength(1);
});

test('an event of an AWS service is put on its bus, and becomes an event like any', async () => {
  const body = JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail: { size: 1 } });
  const headers = { ...JSON_BODY, 'x-amzn-trace-id': 'Root=1-00000000-000000000000000000000000' };
  const [status, sent] = await ask('/_earwitness/events', { method: 'POST', headers, body });
  const [accepted, unmatched] = local.journal.read();
  expect(status).toBe(200);
  expect(accepted).toMatchObject({ kind: 'event.accepted', bus: 'default', traceId: headers['x-amzn-trace-id'] });
  if (accepted?.kind !== 'event.accepted') throw new Error('The event was not accepted.');
  expect(sent).toEqual({ ids: [accepted.eventId] });
  expect(unmatched).toMatchObject({ kind: 'event.unmatched', eventId: accepted.eventId });
  expect(JSON.parse(accepted.event)).toEqual({
    version: '0',
    id: accepted.eventId,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { size: 1 },
  });
});

test('events are all put or, when one is none or its bus does not exist, none of them is', async () => {
  const good = { source: 'a', 'detail-type': 'b', detail: {} };
  const send = (body: unknown) =>
    ask('/_earwitness/events', { method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) });
  expect(await send([good, {}])).toEqual([400, { error: 'Event 2 has no source.' }]);
  expect(await send([good, { ...good, bus: 'defualt' }])).toEqual([
    400,
    { error: 'There is no event bus defualt. Did you mean default?' },
  ]);
  expect(await send([good, { ...good, bus: 'shop' }])).toEqual([
    400,
    { error: 'There is no event bus shop. There is: default.' },
  ]);
  expect(local.journal.read()).toEqual([]);
  const [, sent] = await send([good, good]);
  expect(sent).toEqual({ ids: [expect.any(String), expect.any(String)] });
});

test('a body that is too large is refused by its size', async () => {
  const body = JSON.stringify({ ms: 0, filling: 'x'.repeat(65_536) });
  expect(await ask('/_earwitness/clock/advance', { method: 'POST', headers: JSON_BODY, body })).toEqual([
    413,
    { error: 'The request body is larger than 65536 bytes.' },
  ]);
});

test('what there is, is told without a trace in the journal', async () => {
  const default_ = { name: 'default', arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default', rules: 0 };
  expect(await ask('/_earwitness/state')).toEqual([
    200,
    { now: Date.UTC(2026, 0, 1), stacks: [], buses: [default_], queues: [], functions: [] },
  ]);
  expect(local.journal.read()).toEqual([]);
});

test('the address itself opens on what there is and on every request, with a slash or without', async () => {
  const open = async (path: string, accept: string) => {
    const response = await fetch(`${local.url}${path}`, { headers: { accept } });
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  const [, , text] = await open('/_earwitness', '*/*');
  expect(text).toMatchInlineSnapshot(`
    "Earwitness, a local cloud. Its time is 2026-01-01T00:00:00.000Z.

    Event buses
      default  0 rules

    Requests
      GET /_earwitness/health           which services run
      GET /_localstack/health           the same, for tools that know LocalStack and ask before they start
      GET /_earwitness/state            what there is: stacks, buses, queues, functions
      GET /_earwitness/nodes            the nodes of this cloud, and the streams in which its state stands
      GET /_earwitness/map              what is connected with what: APIs, functions, buses, rules, queues
      GET /_earwitness/queues/messages  what lies in a queue, without receiving it: ?queue=ARN&after=&limit=
      GET /_earwitness/env              the variables by which clients find this cloud
      GET /_earwitness/journal          what happened, fact by fact: ?after=&since=&limit=
      GET /_earwitness/journal/stream   the same as it happens, a fact a line: ?after=&watch=
      GET /_earwitness/clock            the time, epoch ms
      POST /_earwitness/clock/advance   {"ms":n} moves the time on
      POST /_earwitness/events          puts an event of any source, or an array of them
      GET /_earwitness/faults           what stands before destinations, so that they do not answer as they should
      POST /_earwitness/faults          {"target":name,"fault":{"status":503},"times":3} breaks a destination; fault null mends it
      GET /_earwitness/task-results     what tests say that tasks of state machines answer
      POST /_earwitness/task-results    says what tasks of state machines answer, by state; they are not called then
      POST /_earwitness/reset           forgets everything; {"keepStacks":true}: what tests left behind
    "
  `);
  expect(await open('/_earwitness/', '*/*')).toEqual([200, 'text/plain; charset=utf-8', text]);
  expect(await open('/_earwitness?from=banner', 'text/html,*/*')).toEqual([
    200,
    'text/plain; charset=utf-8',
    `The console is not built in this checkout: npm run build makes it.\n\n${text}`,
  ]);
  expect(local.journal.read()).toEqual([]);
});

test('what a form on a web page could send changes nothing', async () => {
  const headers = { 'content-type': 'text/plain' };
  expect(await ask('/_earwitness/reset', { method: 'POST', headers, body: '{}' })).toEqual([
    403,
    { error: 'What changes something needs the header x-earwitness: 1, or content-type: application/json.' },
  ]);
});

test('an unknown path is refused with what there is', async () => {
  const [status, body] = await ask('/_earwitness/nothing');
  expect([status, body]).toEqual([
    404,
    {
      error:
        'There is no GET /_earwitness/nothing. There is: GET /_earwitness/health, GET /_localstack/health, GET /_earwitness/state, ' +
        'GET /_earwitness/nodes, GET /_earwitness/map, GET /_earwitness/queues/messages, GET /_earwitness/env, GET /_earwitness/journal, GET /_earwitness/journal/stream, GET /_earwitness/clock, ' +
        'POST /_earwitness/clock/advance, POST /_earwitness/events, GET /_earwitness/faults, POST /_earwitness/faults, ' +
        'GET /_earwitness/task-results, POST /_earwitness/task-results, POST /_earwitness/reset.',
    },
  ]);
});
