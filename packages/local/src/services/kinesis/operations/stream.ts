// Streams: made, described, listed, deleted, and their settings.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { createPager } from '../../../page.ts';
import type { Parts } from '../parts.ts';
import { describeShard, isOpen, openShards, shardId } from '../shard.ts';
import {
  DEFAULT_MAX_RECORD_KIB,
  describeStream,
  invalid,
  MAX_RETENTION_HOURS,
  MIN_RETENTION_HOURS,
  type Stream,
  streamArn,
} from '../stream.ts';
import { checkTags } from '../tags.ts';

/** Of a stream on demand. Source: recorded on AWS: LocalStack, tests/aws/services/kinesis. */
const ON_DEMAND_SHARDS = 4;
/** Source: Kinesis API reference, DescribeStream, Limit; ListStreams, Limit. */
const SHARDS_PER_PAGE = 100;
const STREAMS_PER_PAGE = 100;
/** Source: Kinesis developer guide, quotas: shards of an account, and its streams on demand. */
const SHARD_LIMIT = 20_000;
const ON_DEMAND_STREAM_LIMIT = 50;

const takePage = createPager({
  token: 'NextToken',
  limit: 'Limit',
  size: STREAMS_PER_PAGE,
  refusal: () => invalid('Invalid NextToken.'),
});

export function streamOperations({ platform, streams, records }: Parts) {
  return {
    async CreateStream(input, call) {
      const { StreamName: name, ShardCount: count, StreamModeDetails, Tags: tags = {} } = input;
      if (input.WarmThroughputMiBps !== undefined) throw invalid('Earwitness has no warm throughput of streams.');
      await streams.authorize({ ...call, name }, call, 'CreateStream');
      checkTags(tags);
      const mode = StreamModeDetails?.StreamMode ?? (count === undefined ? 'ON_DEMAND' : 'PROVISIONED');
      if (mode === 'ON_DEMAND' && count !== undefined) {
        throw invalid('ShardCount is not taken by a stream of mode ON_DEMAND.');
      }
      if (mode === 'PROVISIONED' && count === undefined) {
        throw invalid('ShardCount is needed by a stream of mode PROVISIONED.');
      }
      const shardCount = count ?? ON_DEMAND_SHARDS;
      checkShardLimit(shardCount, call);
      const createdAt = platform.clock.now();
      await streams.add({
        account: call.account,
        region: call.region,
        name,
        mode,
        shards: openShards(shardCount, { first: 0, at: createdAt }),
        retentionHours: MIN_RETENTION_HOURS,
        maxRecordKib: input.MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_KIB,
        createdAt,
        tags,
      });
      return {};
    },

    async DescribeStream(input, call) {
      const stream = await streams.open(input, call, 'DescribeStream');
      const after = input.ExclusiveStartShardId;
      const rest = stream.shards.filter((shard) => after === undefined || shardId(shard) > after);
      const shown = rest.slice(0, input.Limit ?? SHARDS_PER_PAGE);
      const { OpenShardCount: _, ConsumerCount: __, MaxRecordSizeInKiB: ___, ...described } = describeStream(stream, 0);
      const Shards = shown.map(describeShard);
      return { StreamDescription: { ...described, Shards, HasMoreShards: shown.length < rest.length } };
    },

    async DescribeStreamSummary(input, call) {
      const stream = await streams.open(input, call, 'DescribeStreamSummary');
      return { StreamDescriptionSummary: describeStream(stream, streams.consumersOf(stream).length) };
    },

    async DeleteStream(input, call) {
      const stream = await streams.open(input, call, 'DeleteStream');
      if (streams.consumersOf(stream).length > 0 && input.EnforceConsumerDeletion !== true) {
        // Source: Kinesis API reference, DeleteStream, EnforceConsumerDeletion.
        throw invalid(`Stream ${stream.name} has registered consumers, and EnforceConsumerDeletion is not true.`);
      }
      await streams.delete(stream);
      await records.remove(stream);
      return {};
    },

    ListStreams(input, call) {
      const after = input.ExclusiveStartStreamName;
      const all = streams.list(call).filter(({ name }) => after === undefined || name > after);
      const { page, next } = takePage(all, input, { keyOf: ({ name }) => name });
      return {
        StreamNames: page.map(({ name }) => name),
        HasMoreStreams: next.NextToken !== undefined,
        ...next,
        StreamSummaries: page.map((stream) => ({
          StreamName: stream.name,
          StreamARN: streamArn(stream),
          StreamStatus: 'ACTIVE' as const,
          StreamModeDetails: { StreamMode: stream.mode },
          StreamCreationTimestamp: stream.createdAt,
        })),
      };
    },

    async IncreaseStreamRetentionPeriod(input, call) {
      return changeRetention(await streams.open(input, call, 'IncreaseStreamRetentionPeriod'), input, 'longer');
    },

    async DecreaseStreamRetentionPeriod(input, call) {
      return changeRetention(await streams.open(input, call, 'DecreaseStreamRetentionPeriod'), input, 'shorter');
    },

    async UpdateStreamMode(input, call) {
      const stream = await streams.open(input, call, 'UpdateStreamMode');
      if (input.WarmThroughputMiBps !== undefined) throw invalid('Earwitness has no warm throughput of streams.');
      await streams.change(stream, (row) => ({ ...row, mode: input.StreamModeDetails.StreamMode }));
      return {};
    },

    async StartStreamEncryption(input, call) {
      const stream = await streams.open(input, call, 'StartStreamEncryption');
      await streams.change(stream, (row) => ({ ...row, keyId: input.KeyId }));
      return {};
    },

    async StopStreamEncryption(input, call) {
      const stream = await streams.open(input, call, 'StopStreamEncryption');
      await streams.change(stream, ({ keyId: _, ...row }) => row);
      return {};
    },

    DescribeLimits(_, call) {
      const all = streams.list(call);
      return {
        ShardLimit: SHARD_LIMIT,
        OpenShardCount: openShardsOf(all),
        OnDemandStreamCount: all.filter(({ mode }) => mode === 'ON_DEMAND').length,
        OnDemandStreamCountLimit: ON_DEMAND_STREAM_LIMIT,
      };
    },
  } satisfies OperationsOf<'kinesis'>;

  /** @throws LimitExceededException. Source: Kinesis API reference, CreateStream; the sentence is ours. */
  function checkShardLimit(more: number, call: Call): void {
    const open = openShardsOf(streams.list(call));
    if (open + more <= SHARD_LIMIT) return;
    throw new ServiceError(
      'LimitExceededException',
      `An account has at most ${SHARD_LIMIT} open shards: this one has ${open}, and ${more} more are asked for.`,
    );
  }

  async function changeRetention(
    stream: Stream,
    { RetentionPeriodHours: hours }: { readonly RetentionPeriodHours: number },
    direction: 'longer' | 'shorter',
  ): Promise<Record<string, never>> {
    if (hours < MIN_RETENTION_HOURS || hours > MAX_RETENTION_HOURS) {
      throw invalid(`RetentionPeriodHours is ${MIN_RETENTION_HOURS} to ${MAX_RETENTION_HOURS}, not ${hours}.`);
    }
    await streams.change(stream, (row) => {
      const isWrongWay = direction === 'longer' ? hours < row.retentionHours : hours > row.retentionHours;
      if (isWrongWay) throw invalid(`RetentionPeriodHours ${hours} is not ${direction} than ${row.retentionHours}.`);
      return { ...row, retentionHours: hours };
    });
    return {};
  }
}

function openShardsOf(streams: readonly Stream[]): number {
  return streams.reduce((count, { shards }) => count + shards.filter(isOpen).length, 0);
}
