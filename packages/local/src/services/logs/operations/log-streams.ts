// CreateLogStream, DescribeLogStreams, DeleteLogStream.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateLogStreamRequest,
  DeleteLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
} from '@earwitness/protocol/internal/aws/models/logs.types';
import type { Operation } from '../../../call.ts';
import { describeStream, groupKey, streamKey } from '../log-group.ts';
import { invalidParameter, type LogStore, takePage } from '../log-store.ts';

export function createLogStream(store: LogStore): Operation<CreateLogStreamRequest> {
  return async (input, call) => {
    const { logStreamName: name } = input;
    const group = store.group(input, call);
    await store.authorize(group, name, call, 'CreateLogStream');
    const key = streamKey(group, name);
    if (store.streams.get(key)) {
      throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    await store.streams.put(key, { group: groupKey(group), name, createdAt: store.platform.clock.now() });
    return {};
  };
}

export function describeLogStreams(store: LogStore): Operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse> {
  return (input, call) => {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false, limit = 50, nextToken } = input;
    if (prefix !== undefined && orderBy === 'LastEventTime') {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const group = store.group(input, call);
    const streams = store
      .streamsOf(group, prefix)
      .map((stream) => describeStream(group, stream, store.eventsOf(group, stream.name)));
    if (orderBy === 'LastEventTime') {
      streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
    }
    const { page, next } = takePage(descending ? streams.reverse() : streams, limit, nextToken);
    return { logStreams: page, ...(next !== undefined && { nextToken: next }) };
  };
}

export function deleteLogStream(store: LogStore): Operation<DeleteLogStreamRequest> {
  return async (input, call) => {
    const group = store.group(input, call);
    const { name } = store.stream(group, input.logStreamName);
    await store.streams.delete(streamKey(group, name));
    store.events.delete(streamKey(group, name));
    return {};
  };
}
