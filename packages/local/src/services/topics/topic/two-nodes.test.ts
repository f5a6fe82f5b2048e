// Topics on two nodes of one cloud: whoever reads on one of them hears what is published on the other.
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { ScsControl } from '@earwitness/protocol/internal/momento/gen/control_pb';
import { Pubsub, SubscriptionItemSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { expect, test } from 'vitest';
import type { RpcMethod } from '../../../http/grpc/method.ts';
import { createIds } from '../../../ids.ts';
import { TEST_START } from '../../../test-cloud.ts';
import { createTwoNodes, type Node } from '../../../two-nodes.ts';
import { createMethods } from '../methods.ts';
import { poll } from '../operations/poll.ts';
import { createParts, type Parts } from '../parts.ts';

const SEEDS = [1, 2, 3, 4, 5];
const PAGE = TEST_START / 1000;
const call = { metadata: {}, secure: false };

interface TopicsNode extends Node {
  readonly parts: Parts;
  readonly methods: readonly RpcMethod[];
}

function open(seed: number) {
  const made: Parts[] = [];
  const { a, b, clock, settled } = createTwoNodes({
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services: [
      (platform) => {
        made.push(createParts(platform, { secret: 's3cret', caches: ['orders'], heartbeatMs: 1e9 }));
        return { name: 'topics' };
      },
    ],
    frozenAt: TEST_START,
    seed,
  });
  const nodeOf = (node: Node, parts = made[node === a ? 0 : 1]): TopicsNode => {
    if (!parts) throw new Error('The node has no topics.');
    return { ...node, parts, methods: createMethods(parts) };
  };
  return { a: nodeOf(a), b: nodeOf(b), clock, settled };
}

async function ask<I extends DescMessage>(
  { methods }: TopicsNode,
  { parent, name, input }: { parent: { typeName: string }; name: string; input: I },
  request: MessageInitShape<I>,
): Promise<void> {
  const method = methods.find(({ path }) => path === `/${parent.typeName}/${name}`);
  if (method?.kind !== 'unary') throw new Error(`There is no method '${name}'.`);
  await method.run(toBinary(input, create(input, request)), call);
}

const publish = (node: TopicsNode, text: string, cacheName = 'orders') =>
  ask(node, Pubsub.method.publish, { cacheName, topic: 'created', value: { kind: { case: 'text', value: text } } });
const createCache = (node: TopicsNode, cacheName: string) => ask(node, ScsControl.method.createCache, { cacheName });
const deleteCache = (node: TopicsNode, cacheName: string) => ask(node, ScsControl.method.deleteCache, { cacheName });

/** What a subscriber hears, a line each; heartbeats are left out. */
async function subscribe({ methods }: TopicsNode, { cache = 'orders', at = 0, page = 0 } = {}) {
  const heard: string[] = [];
  const { input } = Pubsub.method.subscribe;
  const request = create(input, {
    cacheName: cache,
    topic: 'created',
    resumeAtTopicSequenceNumber: BigInt(at),
    sequencePage: BigInt(page),
  });
  let close = (_reason: string) => {};
  const method = methods.find(({ path }) => path.endsWith('/Subscribe'));
  if (method?.kind !== 'server stream') throw new Error("There is no method 'Subscribe'.");
  await method.open(toBinary(input, request), call, {
    send(frame) {
      const line = describe(frame.subarray(5));
      if (line !== 'heartbeat') heard.push(line);
      return true;
    },
    end: ({ message }) => heard.push(`end: ${message}`),
    onReady() {},
    onClose(listener) {
      const before = close;
      close = (reason) => {
        before(reason);
        listener(reason);
      };
    },
  });
  return { heard, leave: () => close('left') };
}

function describe(bytes: Uint8Array): string {
  const { kind } = fromBinary(SubscriptionItemSchema, bytes);
  if (kind.case === 'item') {
    const { topicSequenceNumber, sequencePage, value } = kind.value;
    return `${topicSequenceNumber} of ${sequencePage}: ${value?.kind.case === 'text' ? value.kind.value : ''}`;
  }
  if (kind.case !== 'discontinuity') return String(kind.case);
  return `from ${kind.value.newTopicSequence} of ${kind.value.newSequencePage}`;
}

const published = ({ cloud }: TopicsNode) =>
  cloud.journal.read().flatMap((fact) => (fact.kind === 'topic.published' ? [fact.text] : []));

test.each(SEEDS)('subscribers on both nodes hear one order, numbers and page (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const ears = await Promise.all([subscribe(a), subscribe(b)]);
  await settled();
  const texts = Array.from({ length: 20 }, (_, n) => `item ${n}`);
  await Promise.all(texts.map((text, n) => publish(n % 2 === 0 ? a : b, text)));
  await settled();
  const [atA, atB] = ears.map(({ heard }) => heard.filter((line) => !line.startsWith('from')));
  expect(atA).toEqual(atB);
  expect(atA?.map((line) => line.replace(/:.*/, ''))).toEqual(texts.map((_, n) => `${n + 1} of ${PAGE}`));
  expect(atA?.map((line) => line.replace(/.*: /, '')).sort()).toEqual([...texts].sort());
});

test.each(SEEDS)(
  'a subscriber whose node has died goes on at the other one and misses nothing (seed %i)',
  async (seed) => {
    const { a, b, settled } = open(seed);
    const { heard } = await subscribe(a);
    await publish(a, 'heard on A');
    await settled();
    expect(heard).toEqual([`from 0 of ${PAGE}`, `1 of ${PAGE}: heard on A`]);
    await publish(a, 'while nobody had the topic on B');
    a.backbone.die();
    await publish(b, 'on B');
    const moved = await subscribe(b, { at: 2, page: PAGE });
    await settled();
    await publish(b, 'live');
    await settled();
    const texts = ['while nobody had the topic on B', 'on B', 'live'];
    expect(moved.heard).toEqual(texts.map((text, n) => `${n + 2} of ${PAGE}: ${text}`));
  },
);

test.each(SEEDS)('a subscriber that moves while others publish hears each item once (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const first = await subscribe(a, { at: 1, page: PAGE });
  const publishing = (async () => {
    for (let n = 0; n < 40; n++) await publish(n % 2 === 0 ? a : b, `item ${n}`);
  })();
  while (first.heard.length < 7) await settled();
  first.leave();
  const { length } = first.heard;
  const second = await subscribe(b, { at: length + 1, page: PAGE });
  await publishing;
  await settled();
  const expected = Array.from({ length: 40 }, (_, n) => `${n + 1} of ${PAGE}: item ${n}`);
  expect([...first.heard.slice(0, length), ...second.heard]).toEqual(expected);
});

test.each(SEEDS)('a long poll on one node is answered by what is published on the other (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const asked = poll(
    b.parts,
    { cache: 'orders', topic: 'created', resumeAt: 0, page: 0 },
    { identify: () => ({ tokenId: '', permissions: 'account' }), signal: new AbortController().signal },
  );
  while (!b.cloud.journal.read().some(({ kind }) => kind === 'subscription.opened')) await settled();
  await settled();
  await publish(a, 'x');
  expect((await asked).items).toEqual([
    { item: { topic_sequence_number: 1, sequence_page: PAGE, value: { text: 'x' } } },
  ]);
});

test.each(SEEDS)(
  'a cache that is deleted on one node ends readers on both, also if it was standing (seed %i)',
  async (seed) => {
    const { a, b, settled } = open(seed);
    await createCache(a, 'mine');
    await settled();
    const ears = [await subscribe(a), await subscribe(b), await subscribe(b, { cache: 'mine' })];
    await publish(b, 'in a cache that goes', 'mine');
    await settled();
    await deleteCache(a, 'mine');
    await deleteCache(a, 'orders');
    await settled();
    expect(ears.map(({ heard }) => heard.at(-1))).toEqual([
      "end: The cache 'orders' was deleted.",
      "end: The cache 'orders' was deleted.",
      "end: The cache 'mine' was deleted.",
    ]);
    await expect(publish(b, 'x')).rejects.toThrow("The cache 'orders' does not exist.");
    await createCache(b, 'mine');
    await settled();
    await publish(b, 'anew', 'mine');
    await settled();
    const anew = await subscribe(a, { cache: 'mine', at: 2, page: PAGE });
    await settled();
    expect(anew.heard).toEqual([expect.stringMatching(/^from 0 of/), expect.stringMatching(/^1 of \d+: anew$/)]);
  },
);

test.each(SEEDS)('a reset on one node moves readers on both to one new page (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const ears = [await subscribe(a), await subscribe(b)];
  await publish(a, 'before');
  await settled();
  await a.cloud.reset();
  await settled();
  await publish(b, 'after');
  await settled();
  for (const { heard } of ears) {
    expect(heard.slice(2)).toEqual([`from 0 of ${PAGE + 1}`, `1 of ${PAGE + 1}: after`]);
  }
});

test.each(SEEDS)('a purge on one node leaves readers and numbers on the other (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed);
  const { heard } = await subscribe(b);
  await publish(a, 'before');
  await settled();
  await a.cloud.purge();
  await settled();
  await publish(a, 'after');
  await settled();
  expect(heard.slice(1)).toEqual([`1 of ${PAGE}: before`, `2 of ${PAGE}: after`]);
});

test.each(SEEDS)(
  'an item is in the journal of the node that took it, and of those where it is heard, once (seed %i)',
  async (seed) => {
    const { a, b, settled } = open(seed);
    await publish(a, 'nobody hears');
    await settled();
    expect([published(a), published(b)]).toEqual([['nobody hears'], []]);
    const ears = [await subscribe(a), await subscribe(b)];
    await settled();
    await Promise.all([publish(a, 'x'), publish(a, 'x'), publish(a, 'x')]);
    await settled();
    expect([published(a), published(b)]).toEqual([
      ['nobody hears', 'x', 'x', 'x'],
      ['x', 'x', 'x'],
    ]);
    for (const { leave } of ears) leave();
  },
);
