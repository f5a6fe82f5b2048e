// What an API can ask for and this gateway does not do. Where things may stand in, the route is made all the same.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { DeployedIntegration } from '../deployed-stage.ts';

/** Whether a resource type may stand in. */
export interface MayStandIn {
  allows(type: string): boolean;
}

/** A refusal of what is not served, where AWS would take it. */
export class NotServed extends ServiceError {
  constructor(message: string) {
    super('BadRequestException', message);
  }
}

/** The integration, or one that stands in for it. @throws NotServed where nothing may stand in */
export async function orStandIn(
  create: () => DeployedIntegration | Promise<DeployedIntegration>,
  standIns: MayStandIn,
  type: string,
): Promise<DeployedIntegration> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof NotServed && standIns.allows(type)) return { kind: 'stand-in', type, reason: error.message };
    throw error;
  }
}
