// What there is to say of a running cloud's nodes, and of the server on which its state stands.
import type { CloudNodes, StreamState } from '@earwitness/protocol/internal/admin/cloud-nodes';

interface Said {
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly remedy?: string;
}

/** Ours: a copy that has to fetch more messages than this is told of. */
const MAX_LAG = 1000;

const UPGRADE = 'upgrade its servers one after the other, or keep the cloud on a single one (docs/guide/team.md)';

/** Nothing for a cloud in memory. */
export function sayNodes({ backbone, server, nodes, streams, problem }: CloudNodes): Said[] {
  if (backbone === 'memory') return [];
  if (problem !== undefined) {
    const remedy = 'look at the NATS server: nodes come back by themselves when it does';
    return [{ verdict: 'fail', text: problem, remedy }];
  }
  const where = server
    ? `NATS ${server.version} (${server.name}${server.cluster ? `, ${server.cluster}` : ''})`
    : 'NATS';
  const names = nodes.map(({ name, address, isThis, shards }) => {
    const kept = `${shards} ${shards === 1 ? 'shard' : 'shards'}`;
    return `${name} at ${address} (${isThis ? 'this one, ' : ''}${kept})`;
  });
  const bytes = streams.reduce((sum, stream) => sum + stream.bytes, 0);
  const copies = Math.max(0, ...streams.map((stream) => stream.copies.length));
  const size = `${streams.length} streams, ${(bytes / 1e6).toFixed(1)} MB`;
  return [
    { verdict: 'ok', text: `the cloud '${server?.cloud ?? ''}' stands on ${where}: ${size}, ${copies} of each` },
    { verdict: 'ok', text: `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}: ${names.join('; ')}` },
    ...(server?.caution === undefined ? [] : [{ verdict: 'warn', text: server.caution, remedy: UPGRADE } as const]),
    ...streams.flatMap(sayCopies),
  ];
}

function sayCopies({ name, copies }: StreamState): Said[] {
  return copies
    .filter(({ isCurrent, lag }) => !isCurrent || lag > MAX_LAG)
    .map(({ server, lag }) => ({
      verdict: 'warn',
      text: `the stream '${name}' on ${server} is behind by ${lag} messages`,
      remedy: `nats server report jetstream; if ${server} is down, start it before another one is stopped`,
    }));
}
