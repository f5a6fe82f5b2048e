// Functions: made, changed, read, listed, deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { FunctionConfiguration } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import { locateCode, parseCode } from '../../../functions/code/code.ts';
import { fetchCode } from '../../../functions/code/fetch-code.ts';
import { ownEntry } from '../../../own-entry.ts';
import { FormerRoleKeys } from '../execution-role.ts';
import {
  checkRevision,
  describeListed,
  describeVersion,
  LATEST,
  type LambdaFunction,
  namesLatest,
  resolveVersion,
  type Version,
  without,
} from '../function.ts';
import { formatFunctionArn, parseFunctionName } from '../function-name.ts';
import type { UsedLayer } from '../layers/content.ts';
import { checkUnpackedSize, describeShortfalls, findLayers } from '../layers/used-layer.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { createSettings, updateSettings } from '../settings.ts';
import { checkServed } from '../stand-in.ts';
import { publishVersion } from './version.ts';

export function functionOperations(parts: Parts) {
  const { platform, functions, layers, fleet } = parts;
  const formerKeys = new FormerRoleKeys(platform, functions);

  async function deploy(fn: LambdaFunction): Promise<void> {
    const { latest } = fn;
    await checkUnpackedSize(latest.layers, latest.code);
    await checkServed(platform.standIns, fn.name, latest);
    await fleet.deploy(fn, latest);
  }

  /** Says what functions do without, where a person sees it. */
  function warn(name: string, layers: readonly UsedLayer[]): void {
    for (const message of describeShortfalls(layers)) {
      platform.journal.record({ kind: 'warning', about: `function ${name}`, message });
    }
  }

  async function change(
    fn: LambdaFunction,
    revisionId: string | undefined,
    part: Pick<Version, 'settings' | 'layers'> | Pick<Version, 'code'>,
  ): Promise<LambdaFunction> {
    checkRevision(fn.latest, revisionId);
    const latest = { ...fn.latest, ...part, revisionId: platform.ids.uuid(), lastModified: platform.clock.now() };
    const changed = { ...fn, latest };
    await deploy(changed);
    await functions.save(changed);
    return changed;
  }

  return {
    /** The code is bundled before the function exists, so that code that does not compile is refused. */
    async CreateFunction(input, call) {
      const name = parseFunctionName(input.FunctionName, call);
      if (functions.get(name)) {
        throw new ServiceError('ResourceConflictException', `Function already exist: ${name.name}`);
      }
      const settings = createSettings(name.name, input);
      const used = await findLayers(settings.layers, call, { platform, layers, kept: [] });
      const fn: LambdaFunction = {
        account: name.account,
        region: name.region,
        name: name.name,
        latest: {
          version: LATEST,
          settings,
          code: await fetchCode(parseCode(input.Code, 'CreateFunction'), { dispatch: platform.dispatch, call }),
          layers: used,
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
      await deploy(fn);
      await functions.save(fn);
      warn(fn.name, used);
      if (input.Publish) {
        const published = await publishVersion(parts, fn, {});
        // Recorded on AWS: LocalStack lambda_api test_publish_version_on_create.
        return { ...published, FunctionArn: formatFunctionArn(fn) };
      }
      return describeVersion(fn, fn.latest);
    },

    /** UpdateFunctionCode and UpdateFunctionConfiguration: $LATEST changes, published versions stay as they are. */
    async UpdateFunctionCode(input, call): Promise<FunctionConfiguration> {
      const { fn } = functions.find(input.FunctionName, call);
      const code = await fetchCode(parseCode(input, 'UpdateFunctionCode'), { dispatch: platform.dispatch, call });
      if (input.DryRun) return describeVersion(fn, { ...fn.latest, code });
      const changed = await change(fn, input.RevisionId, { code });
      return input.Publish ? await publishVersion(parts, changed, {}) : describeVersion(changed, changed.latest);
    },

    /** UpdateFunctionCode and UpdateFunctionConfiguration: $LATEST changes, published versions stay as they are. */
    async UpdateFunctionConfiguration(input, call) {
      const { fn } = functions.find(input.FunctionName, call);
      const settings = updateSettings(fn.name, fn.latest.settings, input);
      const kept = fn.latest.layers;
      const used = input.Layers ? await findLayers(settings.layers, call, { platform, layers, kept }) : kept;
      const changed = await change(fn, input.RevisionId, { settings, layers: used });
      if (input.Layers) warn(fn.name, used);
      return describeVersion(changed, changed.latest);
    },

    GetFunction({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier, arn } = functions.find(FunctionName, call, Qualifier);
      return {
        Configuration: describeVersion(fn, version, shownArn(FunctionName, Qualifier, { qualifier, arn })),
        Code: locateCode(version.code),
        ...(Object.keys(fn.tags).length > 0 && { Tags: fn.tags }),
        ...(fn.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency },
        }),
      };
    },

    GetFunctionConfiguration({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier, arn } = functions.find(FunctionName, call, Qualifier);
      return describeVersion(fn, version, shownArn(FunctionName, Qualifier, { qualifier, arn }));
    },

    ListFunctions(input, call) {
      const all = functions.list(call).flatMap((fn) => {
        const isQualified = input.FunctionVersion === 'ALL';
        const versions = isQualified ? [fn.latest, ...fn.versions] : [fn.latest];
        return versions.map((version) => describeListed(fn, version, { isQualified }));
      });
      const { page, next } = takePage(all, input);
      return { Functions: page, ...next };
    },

    async DeleteFunction({ FunctionName, Qualifier }, call) {
      const name = parseFunctionName(FunctionName, call, Qualifier);
      // Deleting a version that is not there succeeds. Recorded on AWS: LocalStack lambda_api
      // test_delete_on_nonexisting_version.
      const known = functions.get(name);
      if (known && !resolveVersion(known, name.qualifier)) return { StatusCode: 204 };
      const { account, region } = name;
      const { fn, version, qualifier } = known
        ? functions.find(FunctionName, call, Qualifier)
        : functions.find(formatFunctionArn({ account, region, name: name.name }), call);
      if (qualifier === LATEST && namesLatest(FunctionName, Qualifier)) {
        throw new ServiceError(
          'InvalidParameterValueException',
          '$LATEST version cannot be deleted without deleting the function.',
        );
      }
      if (qualifier === LATEST) {
        await functions.delete(fn);
        await fleet.remove(fn);
        await formerKeys.add(fn, [fn.latest, ...fn.versions]);
        return { StatusCode: 204 };
      }
      if (ownEntry(fn.aliases, qualifier) || Object.values(fn.aliases).some((alias) => alias.version === qualifier)) {
        const message = `Version ${version.version} of ${fn.name} cannot be deleted: an alias points at it.`;
        throw new ServiceError('ResourceConflictException', message);
      }
      const versions = fn.versions.filter((other) => other !== version);
      await functions.save({ ...fn, versions, policies: without(fn.policies, qualifier) });
      await fleet.remove(fn, version);
      await formerKeys.add(fn, [version]);
      return { StatusCode: 204 };
    },
  } satisfies OperationsOf<'lambda'>;
}

/** The ARN as it was asked for, with its qualifier; `undefined` for the function's own. */
function shownArn(
  name: string,
  given: string | undefined,
  { qualifier, arn }: { readonly qualifier: string; readonly arn: string },
): string | undefined {
  if (qualifier !== LATEST) return arn;
  return namesLatest(name, given) ? `${arn}:${LATEST}` : undefined;
}
