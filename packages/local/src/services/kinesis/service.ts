// Kinesis Data Streams, as far as rules, pipes and functions use them: streams, shards, records by iterator. What an
// operation does stands in operations/.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { streamMap } from './map.ts';
import { consumerOperations } from './operations/consumer.ts';
import { policyOperations } from './operations/policy.ts';
import { recordOperations } from './operations/record.ts';
import { shardOperations } from './operations/shard.ts';
import { streamOperations } from './operations/stream.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { KINESIS_RESOURCES } from './resources/list.ts';
import { createStreamSource } from './source.ts';

export function createKinesisService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'kinesis',
    operations: {
      ...streamOperations(parts),
      ...shardOperations(parts),
      ...recordOperations(parts),
      ...consumerOperations(parts),
      ...tagOperations(parts),
      ...policyOperations(parts),
    },
    map: () => streamMap(parts),
    resources: KINESIS_RESOURCES,
    streams: createStreamSource(parts),
  };
}
