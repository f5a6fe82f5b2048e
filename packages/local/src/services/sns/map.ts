// Topics and who hears them; what stands in, and addresses of other programs, are nodes of their own.
import type { MapEdge } from '@earwitness/protocol/internal/admin/cloud-map';
import { placeAtOwn } from '../../map/own-address.ts';
import { deadLetters, delivers, factsOf, type MapShare, type SharedNode } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { deadLetterQueueOf, type Subscription, subscriptionArn } from './subscription.ts';
import { isFifo, topicArn } from './topic.ts';

export function topicMap({ topics, subscriptions, platform }: Parts): MapShare {
  const heard = subscriptions.all();
  return {
    nodes: [
      ...topics.all().map((topic): SharedNode => {
        const id = topicArn(topic);
        const facts = factsOf({ Type: isFifo(topic) ? 'FIFO' : undefined });
        return { id, kind: 'notification-topic', name: topic.name, made: [`AWS::SNS::Topic ${id}`], facts };
      }),
      ...heard.filter(standsIn).map((one): SharedNode => {
        const { endpoint, protocol } = one;
        const reason = `subscriptions by ${protocol} stand in`;
        const id = subscriptionArn(one);
        return {
          id,
          kind: 'stand-in',
          name: endpoint,
          made: [`AWS::SNS::Subscription ${id}`],
          standsIn: reason,
          facts: [],
        };
      }),
    ],
    edges: heard.flatMap((one): MapEdge[] => {
      const from = topicArn(one.topic);
      const { protocol, attributes, isPending } = one;
      const label = [protocol, isPending ? 'pending' : '', attributes['FilterPolicy'] === undefined ? '' : 'filtered'];
      return [
        delivers(from, endOf(one), label.filter(Boolean).join(', ')),
        ...deadLetters(from, deadLetterQueueOf(one), protocol),
      ];
    }),
  };

  function endOf(one: Subscription): string {
    const { endpoint, protocol } = one;
    if (standsIn(one)) return subscriptionArn(one);
    if (protocol !== 'http' && protocol !== 'https') return endpoint;
    // A query may have a key in it.
    return placeAtOwn(endpoint, platform.address) ?? endpoint.replace(/[?#].*/s, '');
  }
}

function standsIn({ protocol }: Subscription): boolean {
  return !['sqs', 'lambda', 'http', 'https'].includes(protocol);
}
