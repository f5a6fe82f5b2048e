// Users that a template's policies name. Nobody is held to the policies of users here, so a policy does nothing for one
// that stands in.
import { fineIfGone } from '../../../resources/gone.ts';
import type { ResourcePlace } from '../../../resources/resource.ts';

const unlessGone = fineIfGone('NoSuchEntity');

/** What a policy does for a user: refused for one that is not there, unless users may stand in. */
export function forUser({ standIns }: Pick<ResourcePlace, 'standIns'>, done: Promise<unknown>): Promise<unknown> {
  return standIns.allows('AWS::IAM::User') ? unlessGone(done) : done;
}
