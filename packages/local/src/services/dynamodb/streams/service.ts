// DynamoDB's streams: a service of its own name in AWS's models, whose state is the tables'. So it stands in their
// room.
import type { Platform } from '../../../platform.ts';
import type { Service } from '../../../service.ts';
import { streamOperations } from './operations.ts';
import { Streams } from './streams.ts';

export function createDynamoDbStreamsService(platform: Platform): Service {
  const streams = new Streams(platform);
  return {
    name: 'dynamodbstreams',
    operations: streamOperations(platform, streams),
    streams: { watch: (arn, listener) => streams.watch(arn, listener), latest: (arn) => streams.latest(arn) },
  };
}
