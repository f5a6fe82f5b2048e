// Subscriptions as a bare gRPC client sees them: what comes first, resuming, slow readers, ends.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { DeleteCacheRequestSchema } from '@earwitness/protocol/internal/momento/gen/control_pb';
import { SubscriptionItemSchema, SubscriptionRequestSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import {
  Client,
  type ClientReadableStream,
  credentials,
  type ServiceError as GrpcError,
  Metadata,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type MovableClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { mintToken } from '../key.ts';
import type { TopicsOptions } from '../parts.ts';
import { createTopicsService } from '../service.ts';

const NOW = Date.UTC(2026, 0, 1);
const PAGE = NOW / 1000;

let local: Local;
let clock: MovableClock;
let client: Client;

async function start(options: Partial<TopicsOptions> = {}): Promise<void> {
  const topics = createTopicsService({ secret: 's3cret', caches: ['orders'], heartbeatMs: 60_000, ...options });
  clock = createClock({ frozenAt: NOW });
  local = await startLocalWith([topics], { clock });
  client = new Client(new URL(local.url).host, credentials.createInsecure());
}

beforeEach(() => start());
afterEach(async () => {
  client.close();
  await local.close();
});

async function publish(text: string, cache = 'orders'): Promise<number> {
  const authorization = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW });
  const answer = await fetch(`${local.url}/topics/${cache}/created`, {
    method: 'POST',
    headers: { authorization },
    body: text,
  });
  return answer.status;
}

interface Resume {
  readonly at?: number | bigint;
  readonly page?: number;
  readonly cache?: string;
  readonly key?: string;
}

class Ear {
  readonly stream: ClientReadableStream<string>;
  readonly heard: string[] = [];
  readonly ended: Promise<GrpcError>;
  #wake = () => {};

  constructor({ at = 0, page = 0, cache = 'orders', key = '' }: Resume = {}) {
    const request = toBinary(
      SubscriptionRequestSchema,
      create(SubscriptionRequestSchema, {
        cacheName: cache,
        topic: 'created',
        resumeAtTopicSequenceNumber: BigInt(at),
        sequencePage: BigInt(page),
      }),
    );
    const metadata = new Metadata();
    metadata.set('authorization', key);
    this.stream = client.makeServerStreamRequest(
      '/cache_client.pubsub.Pubsub/Subscribe',
      (bytes: Uint8Array) => Buffer.from(bytes),
      describe,
      request,
      metadata,
    );
    this.stream.on('data', (line: string) => {
      this.heard.push(line);
      this.#wake();
    });
    this.ended = new Promise((resolve) => this.stream.on('error', resolve));
  }

  async hear(count: number): Promise<string[]> {
    while (this.heard.length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.heard;
  }
}

/** One line a message: what a test compares. */
function describe(bytes: Buffer): string {
  const { kind } = fromBinary(SubscriptionItemSchema, bytes);
  switch (kind.case) {
    case 'item': {
      const { topicSequenceNumber, sequencePage, publisherId, value } = kind.value;
      const text =
        value?.kind.case === 'text' ? value.kind.value : Buffer.from(value?.kind.value ?? []).toString('hex');
      return `item ${topicSequenceNumber} page ${sequencePage} ${text}${publisherId && ` by ${publisherId}`}`;
    }
    case 'discontinuity': {
      const { lastTopicSequence, newTopicSequence, newSequencePage } = kind.value;
      return `discontinuity ${lastTopicSequence} → ${newTopicSequence} page ${newSequencePage}`;
    }
    default:
      return String(kind.case);
  }
}

test('a fresh subscription gets a heartbeat, then where the topic stands, then what is published', async () => {
  await publish('before');
  const ear = new Ear();
  await ear.hear(2);
  await publish('after');
  expect(await ear.hear(3)).toEqual(['heartbeat', `discontinuity 0 → 1 page ${PAGE}`, `item 2 page ${PAGE} after`]);
});

test('heartbeats go on in real time while nothing is published', async () => {
  await local.close();
  await start({ heartbeatMs: 2 });
  expect((await new Ear().hear(4)).slice(2, 4)).toEqual(['heartbeat', 'heartbeat']);
});

test('a client that resumes hears exactly what it missed, with or without a page', async () => {
  for (const text of ['a', 'b', 'c']) await publish(text);
  const expected = ['heartbeat', `item 2 page ${PAGE} b`, `item 3 page ${PAGE} c`];
  expect(await new Ear({ at: 2, page: PAGE }).hear(3)).toEqual(expected);
  expect(await new Ear({ at: 2 }).hear(3)).toEqual(expected);
});

test('a client that missed nothing goes on without a discontinuity', async () => {
  await publish('a');
  const ear = new Ear({ at: 2, page: PAGE });
  await ear.hear(1);
  await publish('b');
  expect(await ear.hear(2)).toEqual(['heartbeat', `item 2 page ${PAGE} b`]);
});

test('a client from an older page is told, and hears all of the current one', async () => {
  await publish('a');
  const ear = new Ear({ at: 50, page: PAGE - 1 });
  expect(await ear.hear(3)).toEqual(['heartbeat', `discontinuity 49 → 0 page ${PAGE}`, `item 1 page ${PAGE} a`]);
});

test('a client that is ahead of the topic, or names a page to come, is set to its end', async () => {
  await publish('a');
  const expected = ['heartbeat', `discontinuity 49 → 1 page ${PAGE}`];
  expect(await new Ear({ at: 50, page: PAGE }).hear(2)).toEqual(expected);
  expect(await new Ear({ at: 50, page: PAGE + 9 }).hear(2)).toEqual(expected);
});

test('a client that names the largest number there is, is set to the end of the topic', async () => {
  await publish('a');
  expect(await new Ear({ at: 2n ** 64n - 1n, page: PAGE }).hear(2)).toEqual([
    'heartbeat',
    `discontinuity ${Number.MAX_SAFE_INTEGER - 1} → 1 page ${PAGE}`,
  ]);
});

test('a reader that does not read is bounded: it goes on where the log still reaches, and the gap is told', async () => {
  await local.close();
  await start({ messageMaxBytes: Number.POSITIVE_INFINITY });
  const ear = new Ear();
  await ear.hear(2);
  ear.stream.pause();
  // More than the log keeps (16 MiB): what was dropped meanwhile can only be told.
  const text = 'x'.repeat(1_000_000);
  for (let n = 0; n < 30; n++) await publish(text);
  await publish('last');
  ear.stream.resume();
  while (!ear.heard.at(-1)?.endsWith('last')) await ear.hear(ear.heard.length + 1);
  const told = ear.heard.slice(2).flatMap((line) => {
    const gap = /^discontinuity (\d+) → (\d+) page/.exec(line);
    return gap ? [{ firstMissed: Number(gap[1]) + 1, lastMissed: Number(gap[2]) }] : [];
  });
  const missed = told.reduce((sum, gap) => sum + gap.lastMissed - gap.firstMissed + 1, 0);
  expect(missed).toBeGreaterThan(0);
  expect(ear.heard.filter((line) => line.startsWith('item'))).toHaveLength(31 - missed);
  expect(local.journal.read().filter((fact) => fact.kind === 'subscription.skipped')).toMatchObject(told);
});

test('the journal tells the life of a subscription', async () => {
  const ear = new Ear();
  await ear.hear(2);
  await publish('{"id":1}');
  await ear.hear(3);
  const closed = new Promise((resolve) =>
    local.journal.listen((fact) => fact.kind === 'subscription.closed' && resolve(fact)),
  );
  ear.stream.cancel();
  await closed;
  const place = { cache: 'orders', topic: 'created' };
  const facts = local.journal.read();
  const opened = facts.find((fact) => fact.kind === 'subscription.opened');
  const subscriptionId = opened && 'subscriptionId' in opened ? opened.subscriptionId : undefined;
  expect(facts.map(({ seq: _seq, at: _at, ...body }) => body)).toEqual([
    { kind: 'subscription.opened', ...place, subscriptionId, via: 'grpc' },
    {
      kind: 'topic.published',
      ...place,
      sequencePage: PAGE,
      sequenceNumber: 1,
      sizeBytes: 8,
      text: '{"id":1}',
      via: 'http',
    },
    { kind: 'subscription.received', ...place, subscriptionId, sequencePage: PAGE, sequenceNumber: 1 },
    { kind: 'subscription.closed', ...place, subscriptionId, reason: 'cancelled by the client' },
  ]);
});

test('a reset moves subscriptions to a new page, where numbers start at 1', async () => {
  await publish('a');
  const ear = new Ear();
  await ear.hear(2);
  await local.reset();
  await publish('b');
  expect((await ear.hear(4)).slice(2)).toEqual([`discontinuity 1 → 0 page ${PAGE + 1}`, `item 1 page ${PAGE + 1} b`]);
});

test('more subscribers than the limit are refused, until one leaves', async () => {
  await local.close();
  await start({ maxSubscriptions: 1 });
  const first = new Ear();
  await first.hear(1);
  const second = await new Ear().ended;
  expect([second.code, second.details, second.metadata.get('err')]).toEqual([
    8,
    'The limit of 1 concurrent subscribers is reached.',
    ['topic_subscriptions_limit_exceeded'],
  ]);
  const left = new Promise((resolve) =>
    local.journal.listen((fact) => fact.kind === 'subscription.closed' && resolve(fact)),
  );
  first.stream.cancel();
  await left;
  expect((await new Ear().hear(1))[0]).toBe('heartbeat');
});

test('an unknown cache, and a key that is not ours, end the stream for good', async () => {
  const unknown = await new Ear({ cache: 'nowhere' }).ended;
  const malformed = await new Ear({ key: 'not.a.key' }).ended;
  expect([unknown.code, unknown.details, malformed.code, malformed.details]).toEqual([
    5,
    "The cache 'nowhere' does not exist.",
    16,
    'The API key is malformed: it is neither a JWT nor base64 of {"endpoint","api_key"}. Take MOMENTO_API_KEY from the environment of the local cloud.',
  ]);
});

// Source: momentohq/client-sdk-dotnet PR 498.
test('a subscription ends when its key expires by the clock, and the journal says why', async () => {
  const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, expiresInSeconds: 60 });
  const ear = new Ear({ key });
  await ear.hear(2);
  await clock.advance(60_000);
  const end = await ear.ended;
  const message = 'The API key expired at 2026-01-01T00:01:00.000Z.';
  expect([end.code, end.details]).toEqual([16, message]);
  expect(local.journal.read().at(-1)).toMatchObject({ kind: 'subscription.closed', reason: message });
});

test('a key that may not subscribe to the topic is refused for good, and the journal says so', async () => {
  const permissions = [{ kind: 'topic', role: 'read-write', topic: { name: 'other' } }] as const;
  const end = await new Ear({ key: mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, permissions }) }).ended;
  const message = "Insufficient permissions: the API key may not subscribe to topic 'created' of cache 'orders'.";
  expect([end.code, end.details]).toEqual([7, message]);
  expect(local.journal.read().at(-1)).toMatchObject({ kind: 'warning', message: `PERMISSION_ERROR: ${message}` });
});

test('a deleted cache ends its subscriptions for good', async () => {
  const ear = new Ear();
  await ear.hear(2);
  await new Promise((resolve) =>
    client.makeUnaryRequest(
      '/control_client.ScsControl/DeleteCache',
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes) => bytes,
      toBinary(DeleteCacheRequestSchema, create(DeleteCacheRequestSchema, { cacheName: 'orders' })),
      resolve,
    ),
  );
  const end = await ear.ended;
  expect([end.code, end.details]).toEqual([5, "The cache 'orders' was deleted."]);
  expect(await publish('x')).toBe(404);
  await local.reset();
  expect(await publish('x')).toBe(204);
});
