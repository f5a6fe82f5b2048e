// Reading, listing and deleting functions.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { FormerRoleKeys } from '../execution-role.ts';
import { describeVersion, LATEST, without } from '../function.ts';
import { type Lambda, pageOf } from '../lambda.ts';

export function createFunctionOperations({ platform, functions, fleet }: Lambda) {
  const formerKeys = new FormerRoleKeys(platform, functions);
  return {
    GetFunction({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier, arn } = functions.find(FunctionName, call, Qualifier);
      const { code } = version;
      const Location = code.kind === 'directory' ? `file://${code.path}` : `data:application/zip;base64,${code.base64}`;
      return {
        Configuration: describeVersion(fn, version, qualifier === LATEST ? undefined : arn),
        Code: { RepositoryType: 'S3', Location },
        ...(Object.keys(fn.tags).length > 0 && { Tags: fn.tags }),
        ...(fn.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency },
        }),
      };
    },
    GetFunctionConfiguration({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier, arn } = functions.find(FunctionName, call, Qualifier);
      return describeVersion(fn, version, qualifier === LATEST ? undefined : arn);
    },
    ListFunctions(input, call) {
      const all = functions.list(call).flatMap((fn) => {
        const versions = input.FunctionVersion === 'ALL' ? [fn.latest, ...fn.versions] : [fn.latest];
        return versions.map((version) => describeVersion(fn, version));
      });
      const { items, ...next } = pageOf(all, input);
      return { Functions: items, ...next };
    },
    async DeleteFunction({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier } = functions.find(FunctionName, call, Qualifier);
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

function namesLatest(functionName: string, qualifier: string | undefined): boolean {
  return qualifier === LATEST || functionName.endsWith(`:${LATEST}`);
}
