// A target that stands in: it is recorded what it would have received, and nothing more happens.
import type { Arn } from '@earwitness/protocol/internal/aws/arn';
import type { Destination } from '../delivery/destination.ts';
import type { Platform } from '../platform.ts';

/** @param isServed whether another destination delivers there */
export function createStandInDestination(
  { standIns }: Pick<Platform, 'standIns'>,
  isServed: (arn: Arn) => boolean,
): Destination {
  return {
    accepts: (arn) => !isServed(arn) && standIns.allows(arn.service),
    async attempt({ target, eventId, traceHeader }, input) {
      const trace = traceHeader !== undefined && { traceId: traceHeader };
      standIns.receive({ via: 'rule', arn: target.Arn, input, eventId, ...trace });
      return { kind: 'delivered' };
    },
  };
}
