// Shards: listed, and made anew in another number.
import type { OperationsOf } from '../../../call.ts';
import { createPager } from '../../../page.ts';
import type { Parts } from '../parts.ts';
import { describeShard, isOpen, reshard, shardId } from '../shard.ts';
import { invalid, type Stream, streamArn } from '../stream.ts';

const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  /** Source: Kinesis API reference, ListShards, MaxResults. */
  size: 1000,
  refusal: () => invalid('Invalid NextToken.'),
});

export function shardOperations({ platform, streams, records }: Parts) {
  return {
    async ListShards(input, call) {
      const stream = await streams.open(input, call, 'ListShards');
      const { Type: type, ShardId: after = input.ExclusiveStartShardId, Timestamp: at } = input.ShardFilter ?? {};
      const all = stream.shards.filter((shard) => after === undefined || shardId(shard) > after);
      // What was open at a time is known of the present alone: shards are closed by UpdateShardCount only.
      if (type?.endsWith('TIMESTAMP') && at === undefined)
        throw invalid('A ShardFilter of this type needs a Timestamp.');
      const shown = type === 'AT_LATEST' ? all.filter(isOpen) : all;
      const { page, next } = takePage(shown, input, { keyOf: shardId });
      return { Shards: page.map(describeShard), ...next };
    },

    async UpdateShardCount(input, call) {
      const opened = await streams.open(input, call, 'UpdateShardCount');
      const CurrentShardCount = opened.shards.filter(isOpen).length;
      checkTarget(opened, input.TargetShardCount);
      const ends = new Map<number, number>();
      for (const shard of opened.shards.filter(isOpen)) ends.set(shard.number, await records.last(opened, shard));
      await streams.change(opened, (stream) => {
        return {
          ...stream,
          shards: reshard(stream.shards, input.TargetShardCount, { ends, at: platform.clock.now() }),
        };
      });
      return {
        StreamName: opened.name,
        CurrentShardCount,
        TargetShardCount: input.TargetShardCount,
        StreamARN: streamArn(opened),
      };
    },
  } satisfies OperationsOf<'kinesis'>;
}

// Source: Kinesis API reference, UpdateShardCount: twice as many at most, half as many at least, not on demand.
function checkTarget({ shards, mode }: Stream, target: number): void {
  const current = shards.filter(isOpen).length;
  if (mode === 'ON_DEMAND') throw invalid('UpdateShardCount is not for a stream of mode ON_DEMAND.');
  if (target > current * 2 || target < current / 2) {
    throw invalid(`TargetShardCount is from half to twice the current shard count (${current}), not ${target}.`);
  }
}
