// Subscribe: a stream of items, from now on or from where the client was cut off.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { Pubsub } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { type RpcMethod, serverStream } from '../../../http/grpc/method.ts';
import { checkName } from '../caches.ts';
import { publisherOf } from '../caller.ts';
import { startOf } from '../resume.ts';
import type { TopicsRoom } from '../room.ts';
import { Subscription } from '../subscription.ts';

export function subscribeMethod(room: TopicsRoom): RpcMethod {
  return serverStream(Pubsub.method.subscribe, async (request, call, outlet) => {
    const { cacheName, topic: name, resumeAtTopicSequenceNumber, sequencePage } = request;
    try {
      publisherOf(room, call);
      checkName('topic', name);
      await room.caches.require(cacheName);
      const topic = room.topics.open(cacheName, name);
      const record = room.subscriptions.open(topic, 'grpc');
      const start = startOf(topic, Number(resumeAtTopicSequenceNumber), Number(sequencePage));
      // A fresh subscription is told where the topic stands: current SDKs come back after five seconds, and would otherwise ask
      // for "whatever comes next" and miss what was published in between.
      const discontinuity = resumeAtTopicSequenceNumber === 0n ? { last: 0 } : start.discontinuity;
      new Subscription(room, { topic, outlet, record }).start({
        next: start.next,
        ...(discontinuity && { discontinuity }),
      });
    } catch (error) {
      if (error instanceof ServiceError)
        room.ground.journal.record({
          kind: 'warning',
          about: `subscription to ${cacheName}/${name}`,
          message: `${error.code}: ${error.message}`,
        });
      throw error;
    }
  });
}
