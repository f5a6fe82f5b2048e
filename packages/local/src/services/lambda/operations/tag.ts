// Tags of functions and event source mappings. Nothing here reads them but their owner.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Parts } from '../parts.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): Promise<void>;
}

export function tagOperations({ functions, mappings }: Parts) {
  // The sentences are recorded on AWS: LocalStack, tests/aws/services/lambda_/test_lambda_api: TestLambdaTag.
  const find = (arn: string, call: Call): Tagged => {
    const [kind, uuid = ''] = parseArn(arn)?.resource.split(':') ?? [];
    if (kind === 'event-source-mapping') {
      const mapping = mappings.get(uuid);
      if (!mapping) throw new ServiceError('ResourceNotFoundException', `Event source mapping not found: ${arn}`);
      return { tags: mapping.tags ?? {}, save: (tags) => mappings.save({ ...mapping, tags }) };
    }
    if (parseFunctionName(arn, call).qualifier !== undefined) {
      throw new ServiceError(
        'InvalidParameterValueException',
        'Tags on function aliases and versions are not supported. Please specify a function ARN.',
      );
    }
    const { fn } = functions.find(arn, call);
    return { tags: fn.tags, save: (tags) => functions.save({ ...fn, tags }) };
  };
  return {
    async TagResource({ Resource, Tags }, call) {
      const { tags, save } = find(Resource, call);
      await save({ ...tags, ...Tags });
      return {};
    },

    async UntagResource({ Resource, TagKeys }, call) {
      const { tags, save } = find(Resource, call);
      await save(Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))));
      return {};
    },

    ListTags: ({ Resource }, call) => ({ Tags: find(Resource, call).tags }),
  } satisfies OperationsOf<'lambda'>;
}
