// A state machine as a target: an execution is started, whose input is the payload; what becomes of it is its own
// affair.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

export function createStateMachineDestination({ dispatch, ids }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AWSStepFunctions', action: 'states:StartExecution', checkRole };
  return {
    accepts: ({ service, resource }) =>
      service === 'states' && resource.startsWith('stateMachine:') && dispatch.serves('stepfunctions'),
    attempt(delivery, input) {
      const { Arn: stateMachineArn } = delivery.target;
      return callTarget(delivery, target, async (origin) => {
        const region = parseArn(stateMachineArn)?.region ?? origin.region;
        // The event is known by it. Seen on AWS: two UUIDs.
        const name = `${delivery.eventId}_${ids.uuid()}`;
        const asked = { stateMachineArn, name, input };
        return (await dispatch.call('stepfunctions', 'StartExecution', asked, { ...origin, region })).executionArn;
      });
    },
  };
}
