// A function as an endpoint: invoked asynchronously, so that what it does with the message is its own affair.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../../../platform.ts';
import { topicArn } from '../topic.ts';
import type { Endpoint, Outcome } from './endpoint.ts';
import { judge } from './judge.ts';

export function createFunctionEndpoint({ dispatch, ids }: Platform): Endpoint {
  return {
    async attempt({ message, subscription }, { body }): Promise<Outcome> {
      const { account, region } = message.topic;
      const { traceId } = message;
      // The id of the request is that of the invocation.
      const requestId = ids.uuid();
      const Payload = Buffer.from(body);
      try {
        await dispatch.call(
          'lambda',
          'Invoke',
          { FunctionName: subscription.endpoint, InvocationType: 'Event', Payload },
          {
            account,
            region: subscription.endpoint.split(':')[3] ?? region,
            principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn(message.topic) },
            requestId,
            ...(traceId !== undefined && { traceId }),
          },
        );
        return { kind: 'delivered', takenAs: requestId };
      } catch (error) {
        if (error instanceof ServiceError) return judge(error);
        throw error;
      }
    },
  };
}
