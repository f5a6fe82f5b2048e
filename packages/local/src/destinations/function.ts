// A Lambda function as a target: invoked asynchronously, so that what the function does with the event is its own
// affair.
import type { Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

export function createFunctionDestination({ dispatch, ids }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AWSLambda', action: 'lambda:InvokeFunction', checkRole };
  return {
    accepts: ({ service }) => service === 'lambda',
    attempt: (delivery, input) =>
      callTarget(delivery, target, async (origin) => {
        const asked = {
          FunctionName: delivery.target.Arn,
          InvocationType: 'Event',
          Payload: Buffer.from(input),
        } as const;
        // The id of the request is that of the invocation.
        const requestId = ids.uuid();
        await dispatch.call('lambda', 'Invoke', asked, { requestId, ...origin });
        return requestId;
      }),
  };
}
