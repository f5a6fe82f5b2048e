// Versions: what $LATEST was when it was published.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { FunctionConfiguration } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import { describeCode } from '../../../functions/code/code.ts';
import { checkRevision, describeListed, describeVersion, type LambdaFunction, type Version } from '../function.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function versionOperations(parts: Parts) {
  return {
    PublishVersion({ FunctionName, Description, CodeSha256: expected, RevisionId }, call) {
      const { fn } = parts.functions.find(FunctionName, call);
      checkRevision(fn.latest, RevisionId);
      const { CodeSha256: actual } = describeCode(fn.latest.code);
      if (expected && expected !== actual) {
        throw new ServiceError(
          'InvalidParameterValueException',
          `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${actual}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      return publishVersion(parts, fn, { description: Description });
    },

    ListVersionsByFunction(input, call) {
      const { fn } = parts.functions.find(input.FunctionName, call);
      const { page, next } = takePage([fn.latest, ...fn.versions], input);
      return { Versions: page.map((version) => describeListed(fn, version, { isQualified: true })), ...next };
    },
  } satisfies OperationsOf<'lambda'>;
}

/**
 * Publishes $LATEST; when nothing changed since the last version, that one is answered again, whatever description is
 * given. Recorded on AWS: LocalStack lambda_api test_version_lifecycle, test_publish_version_on_create.
 */
export async function publishVersion(
  { functions, platform }: Parts,
  fn: LambdaFunction,
  { description }: { readonly description?: string | undefined },
): Promise<FunctionConfiguration> {
  const last = fn.versions.at(-1);
  if (last && isSame(last, fn.latest)) return describeVersion(fn, last);
  const settings = { ...fn.latest.settings, ...(description !== undefined && { description }) };
  const version: Version = {
    ...fn.latest,
    settings,
    version: String(fn.nextVersion),
    revisionId: platform.ids.uuid(),
    lastModified: platform.clock.now(),
    latestDescription: fn.latest.settings.description,
  };
  const changed = { ...fn, versions: [...fn.versions, version], nextVersion: fn.nextVersion + 1 };
  await functions.save(changed);
  return describeVersion(changed, version);
}

function isSame(published: Version, latest: Version): boolean {
  const known = ({ settings, code, latestDescription: description = settings.description }: Version) =>
    JSON.stringify([{ ...settings, description }, describeCode(code).CodeSha256]);
  return known(published) === known(latest);
}
