// A Lambda function as a target: invoked asynchronously, so that what the function does with the event is its own
// affair.
import type { Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

export function createFunctionDestination({ dispatch }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AWSLambda', action: 'lambda:InvokeFunction', checkRole };
  return {
    accepts: ({ service }) => service === 'lambda',
    attempt: (delivery, input) =>
      callTarget(delivery, target, (origin) =>
        dispatch.call(
          'lambda',
          'Invoke',
          { FunctionName: delivery.target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) },
          origin,
        ),
      ),
  };
}
