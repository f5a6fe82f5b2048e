// CreateFunction: the code is bundled before the function exists, so that code that does not compile is refused.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { InputOf, Operation, OutputOf } from '../../../call.ts';
import { parseCode } from '../../../functions/code.ts';
import { describeVersion, LATEST, type LambdaFunction } from '../function.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Lambda } from '../lambda.ts';
import { createSettings } from '../settings.ts';
import { publishVersion } from './version.ts';

export function createCreateFunction(
  lambda: Lambda,
): Operation<InputOf<'lambda', 'CreateFunction'>, OutputOf<'lambda', 'CreateFunction'>> {
  const { functions, fleet, platform } = lambda;
  return async (input, call) => {
    const name = parseFunctionName(input.FunctionName, call);
    if (functions.get(name)) {
      throw new ServiceError('ResourceConflictException', `Function already exist: ${name.name}`);
    }
    const fn: LambdaFunction = {
      account: name.account,
      region: name.region,
      name: name.name,
      latest: {
        version: LATEST,
        settings: createSettings(name.name, input),
        code: parseCode(input.Code, 'CreateFunction'),
        revisionId: platform.ids.uuid(),
        lastModified: platform.clock.now(),
      },
      versions: [],
      nextVersion: 1,
      aliases: {},
      policies: {},
      invokeConfigs: {},
      urls: {},
      tags: input.Tags ?? {},
    };
    await fleet.deploy(fn, fn.latest);
    await functions.save(fn);
    if (input.Publish) return await publishVersion(lambda, fn, {});
    return describeVersion(fn, fn.latest);
  };
}
