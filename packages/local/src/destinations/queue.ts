// An SQS queue as a target. A FIFO queue gets the target's message group, and the event's id against duplicates.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

export function createQueueDestination({ dispatch, address }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AmazonSQS', action: 'sqs:SendMessage', checkRole };
  return {
    accepts: ({ service }) => service === 'sqs',
    attempt(delivery, input) {
      const { Arn, SqsParameters } = delivery.target;
      const { account = '', region = '', resource = '' } = parseArn(Arn) ?? {};
      const group = SqsParameters?.MessageGroupId;
      return callTarget(delivery, target, async (origin) => {
        const { MessageId } = await dispatch.call(
          'sqs',
          'SendMessage',
          {
            QueueUrl: `${address.http}/${account}/${resource}`,
            MessageBody: input,
            ...(group !== undefined && { MessageGroupId: group }),
            ...(resource.endsWith('.fifo') && { MessageDeduplicationId: delivery.eventId }),
            ...(delivery.traceHeader !== undefined && {
              MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: delivery.traceHeader } },
            }),
          },
          { ...origin, region },
        );
        return MessageId;
      });
    },
  };
}
