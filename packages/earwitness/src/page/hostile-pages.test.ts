// Whatever events, rules, servers and names say, a page shows it as text: every kind of page with the same hostile text
// in every place.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { brokenPage } from '../contracts/page.ts';
import { ConfigurationError } from '../errors.ts';
import { allOf, anyOf, arrayContaining, not } from '../expectation/combine.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { jsonSchema } from '../expectation/json-schema.ts';
import { pattern } from '../expectation/pattern.ts';
import { TransportError } from '../hearing/transport.ts';
import { HOSTILE, rawIn } from '../printing/hostile.test.ts';
import { withoutPaint } from '../printing/paint.ts';
import { matchers } from '../runners/matchers.ts';
import { event, openTestSession, rejection } from '../test-session.test.ts';

type TestSession = Awaited<ReturnType<typeof openTestSession>>;

const delivery = {
  deliveryId: 'd',
  eventId: 'e-1',
  bus: HOSTILE,
  rule: HOSTILE,
  targetId: HOSTILE,
  targetArn: HOSTILE,
};
const FACTS: readonly FactBody[] = [
  { kind: 'request.received', requestId: 'r', apiId: 'a', stage: 's', method: 'GET', path: HOSTILE, traceId: 't' },
  { kind: 'request.answered', requestId: 'r', status: 502, reason: HOSTILE, durationMs: 1, traceId: 't' },
  {
    kind: 'event.accepted',
    eventId: 'e-1',
    bus: HOSTILE,
    source: HOSTILE,
    detailType: HOSTILE,
    sizeBytes: 1,
    event: JSON.stringify(event(HOSTILE, { id: HOSTILE }, HOSTILE)),
    requestId: 'q',
  },
  { kind: 'event.unmatched', eventId: 'e-1', bus: HOSTILE, rules: 1 },
  { kind: 'bus.missing', eventId: 'e-1', bus: HOSTILE },
  { kind: 'access.denied', principal: 'p', action: 'a', resource: 'r', message: HOSTILE, hint: HOSTILE },
  {
    ...delivery,
    kind: 'delivery.attempted',
    attempt: 1,
    durationMs: 1,
    outcome: 'failed',
    code: HOSTILE,
    message: HOSTILE,
  },
  { ...delivery, kind: 'delivery.dead-lettered', queueArn: HOSTILE, code: HOSTILE, message: HOSTILE, attempts: 1 },
  { ...delivery, kind: 'delivery.dropped', code: HOSTILE, message: HOSTILE, attempts: 1 },
  { kind: 'message.redriven', queueArn: HOSTILE, deadLetterQueueArn: HOSTILE, messageId: HOSTILE, receives: 2 },
  { kind: 'topic.refused', cache: HOSTILE, topic: HOSTILE, code: HOSTILE, message: HOSTILE, via: 'http' },
  {
    kind: 'function.finished',
    functionName: HOSTILE,
    invocationId: 'i',
    durationMs: 1,
    outcome: 'threw',
    error: { name: HOSTILE, message: HOSTILE },
  },
  { kind: 'fault', about: HOSTILE, message: HOSTILE },
];

const RULES = [
  { Name: HOSTILE, EventPattern: JSON.stringify({ source: [`${HOSTILE}x`], [HOSTILE]: [HOSTILE] }) },
  { Name: HOSTILE, State: 'DISABLED' },
];

let close: () => void;

/** A local cloud's admin API and its list of rules. */
beforeEach(async () => {
  const facts: Fact[] = FACTS.map((fact, index) => ({ ...fact, seq: index + 1, at: Date.now() + 1e12 }));
  const server = createServer(({ method }, response) =>
    response.end(JSON.stringify(method === 'POST' ? { Rules: RULES } : { oldest: 1, facts })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('EARWITNESS_URL', `${url}/_earwitness`);
});
afterEach(() => {
  close();
  vi.unstubAllEnvs();
});

const schema = {
  '~standard': {
    version: 1,
    vendor: HOSTILE,
    validate: () => ({ issues: [{ message: HOSTILE, path: [HOSTILE] }] }),
  },
} as const;
const matcher = { asymmetricMatch: () => false, toString: () => HOSTILE };
const other = { source: `${HOSTILE}x`, 'detail-type': HOSTILE, detail: { [HOSTILE]: HOSTILE } };
const hostile = { source: HOSTILE, 'detail-type': HOSTILE };

/** Each kind of page by the wait that ends with it; `after` is what happens meanwhile. */
const PAGES: Readonly<
  Record<string, readonly [(opened: TestSession) => Promise<unknown>, ((opened: TestSession) => unknown)?]>
> = {
  'a partial event': [({ events }) => events.waitForMessageMatching(other)],
  'a partial event with a regular expression, a date and an array': [
    ({ events }) =>
      events.waitForMessageMatching({ source: new RegExp(HOSTILE), detail: { a: [HOSTILE], b: new Date(0) } }),
  ],
  'a matcher of a field': [
    ({ events }) => events.waitForMessageMatching({ detail: { a: arrayContaining([HOSTILE]), b: expect.any(String) } }),
  ],
  'a matcher of the whole': [({ events }) => events.waitForMessageMatching(compileExpectation(matcher))],
  'a regular expression': [({ events }) => events.waitForMessageMatching(new RegExp(`${HOSTILE}x`))],
  'a predicate that throws': [
    ({ events }) =>
      events.waitForMessageMatching(() => {
        throw new Error(HOSTILE);
      }),
  ],
  'a predicate with a name': [
    ({ events }) => events.waitForMessageMatching(Object.defineProperty(() => false, 'name', { value: HOSTILE })),
  ],
  'a Standard Schema': [({ events }) => events.waitForMessageMatching(schema)],
  'a Standard Schema of a field': [({ events }) => events.waitForMessageMatching({ detail: schema })],
  'a JSON Schema': [
    ({ events }) =>
      events.waitForMessageMatching(
        jsonSchema({
          title: HOSTILE,
          type: 'object',
          properties: {
            source: { const: `${HOSTILE}x` },
            detail: { properties: { [HOSTILE]: { enum: [HOSTILE] }, gone: {} }, required: ['gone'] },
          },
        }),
      ),
  ],
  'an event pattern': [
    ({ events }) => events.waitForMessageMatching(pattern({ source: [`${HOSTILE}x`], [HOSTILE]: [HOSTILE] })),
  ],
  'combined expectations': [
    ({ events }) => events.waitForMessageMatching(allOf(anyOf(other, { source: `${HOSTILE}y` }), not(hostile))),
  ],
  'a match that came too late': [
    ({ events }) => events.waitForMessageMatching({ ...hostile, detail: { late: true } }),
    ({ clock, topic }) => {
      clock.advance(4100);
      topic.publish(event(HOSTILE, { late: true }, HOSTILE));
    },
  ],
  'several topics, one of them with a gap': [
    ({ events }) => events.waitForMessageMatching(other),
    ({ topic }) => topic.gap({ reason: HOSTILE }),
  ],
  'too few': [({ events }) => events.waitFor(9, hostile)],
  'a sequence': [({ events }) => events.waitForSequence([hostile, other])],
  'a sequence in another order': [({ events }) => events.waitForSequence([{ detail: { n: 2 } }, hostile])],
  'too many': [({ events }) => events.exactly(1, hostile)],
  'an exact number that is not reached': [({ events }) => events.exactly(9, hostile)],
  'one that should not have come': [({ events }) => events.expectNone(hostile)],
  'an exact number that cannot be told': [
    ({ events }) => events.exactly(2, hostile),
    ({ topic }) => topic.gap({ reason: HOSTILE }),
  ],
  'no silence': [({ events }) => events.waitForSilence({ quietMs: 5000 }), ({ topic }) => topic.publish(HOSTILE)],
  'a connection that broke': [
    ({ events }) => events.waitForMessageMatching(other),
    ({ topic }) => topic.lose(new TransportError(HOSTILE)),
  ],
  'a subscription that was closed': [
    ({ events }) => events.waitForMessageMatching(other),
    ({ events }) => events.unsubscribe(),
  ],
  'a wait that nobody awaited': [
    ({ events }) => {
      void events.waitForMessageMatching(other);
      return events.unsubscribe();
    },
  ],
  'what no event can carry': [async () => compileExpectation({ [HOSTILE]: undefined })],
  'a setting that makes no sense': [() => Promise.reject(new ConfigurationError(HOSTILE))],
};

/** What a runner prints of the error that a wait ends with. */
async function pageOf(name: string): Promise<string> {
  const opened = await openTestSession();
  opened.topic.publish(event(HOSTILE, { n: 1, [HOSTILE]: `${HOSTILE}y`, list: [HOSTILE] }, HOSTILE));
  opened.topic.publish({ ...event(HOSTILE, { n: 2 }, HOSTILE), id: HOSTILE });
  opened.topic.publish(HOSTILE);
  const [wait, after] = PAGES[name] ?? [];
  if (!wait) throw new Error(`there is no page ${name}`);
  const failing = rejection(wait(opened));
  await after?.(opened);
  opened.clock.advance(4500);
  const { message, stack = '' } = await failing;
  expect(stack).toContain(message);
  expect(message).toContain('forged');
  return message;
}

test.each(Object.keys(PAGES))('the page of %s shows what is hostile as text', async (name) => {
  expect(rawIn(await pageOf(name))).toEqual([]);
});

test.each(Object.keys(PAGES))('with colour, the page of %s has no colours but ours', async (name) => {
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('FORCE_COLOR', '1');
  const page = await pageOf(name);
  expect(page).not.toContain('\u001b[31mred');
  expect(rawIn(withoutPaint(page))).toEqual([]);
});

test('a matcher of a runner hands the same page on', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event(HOSTILE, {}, HOSTILE));
  const error = rejection(matchers.toReceive.call({}, events, other));
  clock.advance(4500);
  expect(rawIn((await error).message)).toEqual([]);
});

test('a hostile page, whole', async () => {
  vi.unstubAllEnvs();
  const { clock, events, topic } = await openTestSession();
  const type = 'a\u001b[2Jb\u202ec';
  topic.publish({ ...event('A\n        +0 ms   OrderCreated', { id: '\u009b1m\u200b' }, type), id: 'e-1' });
  const waiting = rejection(events.waitForMessageMatching({ source: type, detail: { id: 'x\ty' } }));
  clock.advance(4500);
  const page = (await waiting).message.replace(/:\d+$/m, ':LINE').replace(/^ +>? +\d* \|.*\n/gm, '');
  expect(page).toMatchInlineSnapshot(`
    "no event matched within 4 s: 1 received, the closest differs in 1 of 2 fields

      Closest event   1/2 fields   id e-1   +0 ms
        - detail.id  "x\\ty"   expected
        + detail.id  "\\u009b1m\\u200b"   received
          source     "a\\u001b[2Jb\\u202ec"

      Expected   an event from a\\u001b[2Jb\\u202ec   hostile-pages.test.ts:LINE
        { source: "a\\u001b[2Jb\\u202ec", detail: { id: "x\\ty" } }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   A\\n        +0 ms   OrderCreated a\\u001b[2Jb\\u202ec   ← closest
            +0 ms   waiting for an event from a\\u001b[2Jb\\u202ec
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory, no gap in sequence (1)"
  `);
});

test('the page of a broken contract shows what is hostile as text', () => {
  const use = { type: { source: HOSTILE, detailType: HOSTILE }, place: HOSTILE, title: HOSTILE, paths: [HOSTILE] };
  const page = brokenPage({
    lock: HOSTILE,
    openedAt: 0,
    heardIn: HOSTILE,
    types: [
      {
        type: use.type,
        breaches: [
          { path: ['detail', HOSTILE], before: 'string', after: 'integer', value: HOSTILE },
          { path: ['detail', 'gone'], before: 'string', after: 'dropped' },
        ],
        event: {
          message: { ...event(HOSTILE, {}, HOSTILE), id: HOSTILE },
          index: 0,
          receivedAt: 1,
          sizeBytes: 1,
          topic: HOSTILE,
          route: HOSTILE,
        },
        uses: [use],
        rules: [{ rule: HOSTILE, bus: HOSTILE, paths: [HOSTILE], matches: false, targets: [HOSTILE] }],
      },
    ],
  });
  expect(rawIn(page.join('\n'))).toEqual([]);
});
