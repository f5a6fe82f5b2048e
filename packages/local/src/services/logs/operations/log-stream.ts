// Log streams of a group.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { describeStream, groupKey, streamKey } from '../log-group.ts';
import { invalidParameter, takePage } from '../log-store.ts';
import type { Parts } from '../parts.ts';

export function logStreamOperations({ platform, store }: Parts) {
  return {
    async CreateLogStream(input, call) {
      const { logStreamName: name } = input;
      const group = store.group(input, call);
      await store.authorize(group, name, call, 'CreateLogStream');
      const key = streamKey(group, name);
      if (store.streams.get(key)) {
        throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      await store.streams.put(key, { group: groupKey(group), name, createdAt: platform.clock.now() });
      return {};
    },

    async DescribeLogStreams(input, call) {
      const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
      if (prefix !== undefined && orderBy === 'LastEventTime') {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const group = store.group(input, call);
      const streams = await Promise.all(
        store
          .streamsOf(group, prefix)
          .map(async (stream) => describeStream(group, stream, await store.eventsOf(group, stream.name))),
      );
      if (orderBy === 'LastEventTime') {
        streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
      }
      const { page, next } = takePage(descending ? streams.reverse() : streams, input);
      return { logStreams: page, ...next };
    },

    async DeleteLogStream(input, call) {
      const group = store.group(input, call);
      const { name } = store.stream(group, input.logStreamName);
      await store.streams.delete(streamKey(group, name));
      await store.events.delete(streamKey(group, name));
      return {};
    },
  } satisfies OperationsOf<'logs'>;
}
