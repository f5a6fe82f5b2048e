// An SNS topic as a target: the message is the payload's text, without a subject and without attributes. A FIFO topic
// gets the rule's name as its message group, and the event's id against duplicates.
import type { Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

export function createTopicDestination({ dispatch }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AmazonSNS', action: 'sns:Publish', checkRole };
  return {
    accepts: ({ service }) => service === 'sns' && dispatch.service('sns') !== undefined,
    attempt(delivery, input) {
      const { Arn: TopicArn } = delivery.target;
      return callTarget(delivery, target, async (origin) => {
        const region = TopicArn.split(':')[3] ?? origin.region;
        const fifo = TopicArn.endsWith('.fifo') && {
          MessageGroupId: delivery.rule,
          MessageDeduplicationId: delivery.eventId,
        };
        const { MessageId } = await dispatch.call(
          'sns',
          'Publish',
          { TopicArn, Message: input, ...fifo },
          { ...origin, region },
        );
        return MessageId;
      });
    },
  };
}
