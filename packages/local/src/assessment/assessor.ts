// A local cloud that nobody can reach and that makes nothing: it says what would become of stacks. No port is bound and
// no certificate made, which takes most of a local cloud's start.

import { createClock } from '../clock/clock.ts';
import { createCloud } from '../cloud.ts';
import { DEFAULTS, ownCall } from '../defaults.ts';
import { assessStack, type StackSource } from '../deploying/deploy.ts';
import { environmentOf } from '../deploying/environment.ts';
import { createIds } from '../ids.ts';
import type { Local } from '../local.ts';
import { everyService } from '../services/every-service.ts';
import { mintToken } from '../services/topics/key.ts';
import type { StandInSettings } from '../stand-ins/stand-in.ts';
import type { Assessment } from './assessment.ts';

/** Assesses as a local cloud does. Its environment has values of the same form, and nothing listens there. */
export interface Assessor extends Pick<Local, 'assess' | 'env'>, AsyncDisposable {}

const ADDRESS = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };

/**
 * A local cloud without a socket, which says what would become of stacks.
 * @param settings what becomes of things that are not served
 */
export function createAssessor(settings: StandInSettings = {}): Assessor {
  const secret = 'nobody checks keys here';
  const clock = createClock();
  const services = everyService({ secret });
  const cloud = createCloud({ clock, ids: createIds(), address: ADDRESS, services, standIns: settings });
  const momentoApiKey = mintToken({ endpoint: 'localhost:4567', secret, now: clock.now() });
  const env = environmentOf({ ...DEFAULTS, address: ADDRESS, momentoApiKey, rootsFile: 'roots.pem' });
  const origin = { call: ownCall(DEFAULTS), variables: async () => env };
  return {
    env,
    assess: (stack: StackSource, { beside } = {}): Promise<Assessment> =>
      assessStack(cloud, stack, { ...origin, ...(beside && { beside }) }),
    [Symbol.asyncDispose]: () => cloud.close(),
  };
}
