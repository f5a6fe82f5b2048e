// Aliases: names that point at a version. Weighted routing between two versions is refused.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { type Alias, checkRevision, type LambdaFunction, resolveVersion, without } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function aliasOperations({ functions, platform }: Parts) {
  // Recorded on AWS: LocalStack lambda_api TestLambdaAlias (reading), test_non_existent_alias_update (changing).
  const get = (fn: LambdaFunction, name: string, complaint = 'Cannot find alias arn'): Alias => {
    const alias = ownEntry(fn.aliases, name);
    if (alias) return alias;
    const arn = formatFunctionArn({ ...fn, qualifier: name });
    throw new ServiceError('ResourceNotFoundException', `${complaint}: ${arn}`);
  };
  const save = async (fn: LambdaFunction, name: string, alias: Omit<Alias, 'revisionId'>) => {
    if (!resolveVersion(fn, alias.version)) {
      const arn = formatFunctionArn({ ...fn, qualifier: alias.version });
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`);
    }
    const saved = { ...alias, revisionId: platform.ids.uuid() };
    await functions.save({ ...fn, aliases: { ...fn.aliases, [name]: saved } });
    return describe(fn, name, saved);
  };
  return {
    CreateAlias({ FunctionName, Name, FunctionVersion, Description, RoutingConfig }, call) {
      const { fn } = functions.find(FunctionName, call);
      if (ownEntry(fn.aliases, Name)) {
        const arn = formatFunctionArn({ ...fn, qualifier: Name });
        throw new ServiceError('ResourceConflictException', `Alias already exists: ${arn}`);
      }
      refuseWeights(RoutingConfig);
      return save(fn, Name, { version: FunctionVersion, description: Description ?? '' });
    },

    GetAlias({ FunctionName, Name }, call) {
      const { fn } = functions.find(FunctionName, call);
      return describe(fn, Name, get(fn, Name));
    },

    UpdateAlias({ FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId }, call) {
      const { fn } = functions.find(FunctionName, call);
      refuseWeights(RoutingConfig);
      const alias = get(fn, Name, 'Alias not found');
      checkRevision(alias, RevisionId);
      const version = FunctionVersion ?? alias.version;
      return save(fn, Name, { version, description: Description ?? alias.description });
    },

    async DeleteAlias({ FunctionName, Name }, call) {
      const { fn } = functions.find(FunctionName, call);
      await functions.save({
        ...fn,
        aliases: without(fn.aliases, Name),
        policies: without(fn.policies, Name),
        urls: without(fn.urls, Name),
        invokeConfigs: without(fn.invokeConfigs, Name),
      });
      return {};
    },

    ListAliases(input, call) {
      const { fn } = functions.find(input.FunctionName, call);
      const all = Object.entries(fn.aliases).filter(
        ([, alias]) => input.FunctionVersion === undefined || alias.version === input.FunctionVersion,
      );
      const { page, next } = takePage(all, input);
      return { Aliases: page.map(([name, alias]) => describe(fn, name, alias)), ...next };
    },
  } satisfies OperationsOf<'lambda'>;
}

function refuseWeights(routing: AliasRoutingConfiguration | undefined): void {
  if (Object.keys(routing?.AdditionalVersionWeights ?? {}).length === 0) return;
  throw new ServiceError(
    'InvalidParameterValueException',
    'Earwitness does not route an alias between two versions (RoutingConfig.AdditionalVersionWeights).',
  );
}

function describe(fn: LambdaFunction, name: string, alias: Alias): AliasConfiguration {
  return {
    AliasArn: formatFunctionArn({ ...fn, qualifier: name }),
    Name: name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
  };
}
