// A local cloud that nobody can reach and that makes nothing: it says what would become of stacks. No port is bound, no
// certificate made, and of the services only what they say of resources beforehand is read: the rest, two thirds of the
// local cloud's code, is read when a template asks for what an operation knows.

import type { Caller } from '../call.ts';
import { createClock } from '../clock/clock.ts';
import { type Cloud, createCloud } from '../cloud.ts';
import { DEFAULTS, ownCall } from '../defaults.ts';
import { assessStack, type StackSource } from '../deploying/deploy.ts';
import { environmentOf, parameterVariables } from '../deploying/environment.ts';
import { createIds } from '../ids.ts';
import type { Local } from '../local.ts';
import type { Platform } from '../platform.ts';
import type { AwsService } from '../service.ts';
import { assessTemplate } from '../services/cloudformation/assessment/assess.ts';
import { createParts } from '../services/cloudformation/parts.ts';
import { everyResourceType } from '../services/every-resource-type.ts';
import { LAZY_SERVICES } from '../services/lazy-services.ts';
import { mintEveryForm } from '../services/topics/key.ts';
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
  const options = { clock, ids: createIds(), address: ADDRESS, standIns: settings };
  let whole: Promise<Cloud> | undefined;
  const startWhole = async () => {
    const { everyService } = await import('../services/every-service.ts');
    return createCloud({ ...options, services: everyService({ secret }) });
  };
  const call: Caller['call'] = async (...operation) => {
    whole ??= startWhole();
    return (await whole).dispatch.call(...operation);
  };
  const cloud = createCloud({ ...options, services: [(platform) => assessingService(platform, call)] });
  const endpoint = 'localhost:4567';
  const keys = mintEveryForm({ endpoint, secret, now: clock.now() });
  const momento = { endpoint, plain: { host: '127.0.0.1', port: 4566 }, keys, form: 'legacy' } as const;
  const env = environmentOf({ ...DEFAULTS, address: ADDRESS, momento, rootsFile: 'roots.pem' });
  const origin = { call: ownCall(DEFAULTS), variables: async () => parameterVariables(env) };
  return {
    env,
    assess: (stack: StackSource, { beside } = {}): Promise<Assessment> =>
      assessStack(cloud, stack, { ...origin, ...(beside && { beside }) }),
    async [Symbol.asyncDispose]() {
      await cloud.close();
      await (await whole)?.close();
    },
  };
}

/** CloudFormation as far as it assesses. `call` runs an operation of any service. */
function assessingService(platform: Platform, call: Caller['call']): AwsService {
  const dispatch = { ...platform.dispatch, call };
  const parts = createParts({ ...platform, dispatch }, { rewriteOutputs: false });
  return {
    name: 'cloudformation',
    operations: {},
    resources: everyResourceType(parts),
    laterResources: LAZY_SERVICES.flatMap(({ resources }) => resources ?? []),
    assess: (order, origin) => assessTemplate(parts, order, origin),
  };
}
