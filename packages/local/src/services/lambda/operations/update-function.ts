// UpdateFunctionCode and UpdateFunctionConfiguration: $LATEST changes, published versions stay as they are.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { FunctionConfiguration } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import { parseCode } from '../../../functions/code.ts';
import { describeVersion, type LambdaFunction, type Version } from '../function.ts';
import type { Lambda } from '../lambda.ts';
import { updateSettings } from '../settings.ts';
import { publishVersion } from './version.ts';

export function createUpdateFunctionOperations(lambda: Lambda) {
  const { functions, fleet, platform } = lambda;

  async function change(
    fn: LambdaFunction,
    revisionId: string | undefined,
    part: Pick<Version, 'settings'> | Pick<Version, 'code'>,
  ): Promise<LambdaFunction> {
    checkRevision(fn.latest, revisionId);
    const latest = { ...fn.latest, ...part, revisionId: platform.ids.uuid(), lastModified: platform.clock.now() };
    const changed = { ...fn, latest };
    await fleet.deploy(changed, latest);
    await functions.save(changed);
    return changed;
  }

  return {
    async UpdateFunctionCode(input, call): Promise<FunctionConfiguration> {
      const { fn } = functions.find(input.FunctionName, call);
      const code = parseCode(input, 'UpdateFunctionCode');
      if (input.DryRun) return describeVersion(fn, { ...fn.latest, code });
      const changed = await change(fn, input.RevisionId, { code });
      return input.Publish ? await publishVersion(lambda, changed, {}) : describeVersion(changed, changed.latest);
    },
    async UpdateFunctionConfiguration(input, call) {
      const { fn } = functions.find(input.FunctionName, call);
      const settings = updateSettings(fn.name, fn.latest.settings, input);
      const changed = await change(fn, input.RevisionId, { settings });
      return describeVersion(changed, changed.latest);
    },
  } satisfies OperationsOf<'lambda'>;
}

/** @throws ServiceError `PreconditionFailedException` */
function checkRevision({ revisionId }: Version, expected: string | undefined): void {
  if (expected === undefined || expected === revisionId) return;
  throw new ServiceError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. ' +
      'Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  );
}
