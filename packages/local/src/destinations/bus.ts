// Another event bus as a target: the event goes on with the same id, once. On AWS a second hop within a region is
// refused, and so is a second hop across regions; emulators that deliver them hide failures that production has.
// Source: native captures, 2026.

import type { Delivery, Destination, Hops, Outcome } from '../delivery/destination.ts';
import type { Refusal } from '../permissions/authorize.ts';
import type { RoleCheck } from '../permissions/role.ts';

/**
 * Takes an event into another bus. One that does not exist swallows it, as on AWS.
 * Returns why the bus of another account does not let it in; `undefined` when it does.
 */
export type Forward = (busArn: string, delivery: Delivery, hops: Hops) => Promise<Refusal>;

export function createBusDestination(forward: Forward, checkRole: RoleCheck): Destination {
  async function attempt(delivery: Delivery): Promise<Outcome> {
    const { Arn, RoleArn } = delivery.target;
    const refused = await checkRole(delivery, { roleArn: RoleArn, action: 'events:PutEvents', resource: Arn });
    // For a bus AWS does not tell a role that cannot be assumed from one that lacks the permission.
    if (refused) return refused.kind === 'dropped' ? { ...refused, code: 'NO_PERMISSIONS' } : refused;
    const isLocal = Arn.split(':')[3] === delivery.region;
    const hops = isLocal
      ? { ...delivery.hops, local: delivery.hops.local + 1 }
      : { ...delivery.hops, regional: delivery.hops.regional + 1 };
    if (hops.local > 1) return hopRefused('THIRD_ACCOUNT_HOP_DETECTED', 'bus to bus within a region');
    if (hops.regional > 1) return hopRefused('THIRD_REGION_HOP_DETECTED', 'from region to region');
    const denied = await forward(Arn, delivery, hops);
    return denied === undefined ? { kind: 'delivered' } : { kind: 'dropped', code: 'NO_PERMISSIONS', message: denied };
  }

  return {
    accepts: ({ service, resource }) => service === 'events' && resource.startsWith('event-bus/'),
    attempt,
  };
}

function hopRefused(code: string, way: string): Outcome {
  return { kind: 'dropped', code, message: `The event was forwarded from ${way} before; EventBridge does that once.` };
}
