// Streams; what reads them is told by who reads.
import { factsOf, type MapShare } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { isOpen } from './shard.ts';
import { streamArn } from './stream.ts';

export function streamMap({ streams }: Parts): MapShare {
  return {
    nodes: streams.all().map((stream) => ({
      id: streamArn(stream),
      kind: 'stream',
      name: stream.name,
      made: [`AWS::Kinesis::Stream ${stream.name}`],
      facts: factsOf({ Shards: stream.shards.filter(isOpen).length }),
    })),
    edges: [],
  };
}
