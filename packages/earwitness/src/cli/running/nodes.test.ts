import { expect, test } from 'vitest';
import { sayNodes } from './nodes.ts';

const node = { name: 'a', address: 'http://127.0.0.1:4566', startedAt: 0, isThis: true, shards: 1 };
const copy = { server: 's1', isLeader: true, lag: 0, isCurrent: true };

test('of a cloud in memory there is nothing to say', () => {
  expect(sayNodes({ backbone: 'memory', nodes: [node], streams: [] })).toEqual([]);
});

test('nodes, streams, and copies that are behind', () => {
  const said = sayNodes({
    backbone: 'nats',
    server: { name: 's1', version: '2.9.10', cloud: 'team', cluster: 'c', caution: 'NATS 2.9.10 is old.' },
    nodes: [node, { ...node, name: 'b', address: 'http://10.0.0.2:4566', isThis: false, shards: 2 }],
    streams: [
      { name: 'tables', messages: 3, bytes: 1_500_000, copies: [copy, { ...copy, server: 's2', isLeader: false }] },
      {
        name: 'logs',
        messages: 3,
        bytes: 0,
        copies: [copy, { server: 's2', isLeader: false, lag: 7, isCurrent: false }],
      },
    ],
  });
  expect(said.map(({ verdict, text }) => `${verdict}: ${text}`)).toMatchInlineSnapshot(`
    [
      "ok: the cloud 'team' stands on NATS 2.9.10 (s1, c): 2 streams, 1.5 MB, 2 of each",
      "ok: 2 nodes: a at http://127.0.0.1:4566 (this one, 1 shard); b at http://10.0.0.2:4566 (2 shards)",
      "warn: NATS 2.9.10 is old.",
      "warn: the stream 'logs' on s2 is behind by 7 messages",
    ]
  `);
});

test('a server that is away is a failure', () => {
  expect(sayNodes({ backbone: 'nats', nodes: [node], streams: [], problem: 'It is away.' })).toMatchInlineSnapshot(`
    [
      {
        "remedy": "look at the NATS server: nodes come back by themselves when it does",
        "text": "It is away.",
        "verdict": "fail",
      },
    ]
  `);
});
