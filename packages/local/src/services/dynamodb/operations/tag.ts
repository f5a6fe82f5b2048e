// Tags of tables. Sentences: paritysuite/dynamodb-conformance, captured on AWS; dynalite's tests.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { callerName } from '../../../permissions/authorize.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../refusals.ts';
import type { ItemTable } from '../table.ts';

/** Source: DynamoDB quotas. */
const MAX_TAGS = 50;

export function tagOperations({ tables }: Parts) {
  async function open(arn: string, call: Call, action: string): Promise<ItemTable> {
    const parsed = parseArn(arn);
    if (parsed?.service !== 'dynamodb' || !/^table\/[^/]+$/.test(parsed.resource)) {
      throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
    }
    await tables.authorize(call, action, arn);
    const table = tables.find(tables.place(arn, call));
    if (table) return table;
    if (action !== 'ListTagsOfResource') {
      throw new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
    }
    throw new ServiceError(
      'AccessDeniedException',
      `User: ${callerName(call.principal)} is not authorized to perform: dynamodb:${action} on resource: ${arn}`,
    );
  }

  return {
    async TagResource({ ResourceArn: arn, Tags: added }, call) {
      const table = await open(arn, call, 'TagResource');
      await tables.change(table, (row = table) => {
        const tags = [...row.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)), ...added];
        if (tags.length > MAX_TAGS) throw invalid(`The number of tags exceeds the limit of ${MAX_TAGS}`);
        return { ...row, tags };
      });
      return {};
    },

    async UntagResource({ ResourceArn: arn, TagKeys: keys }, call) {
      const table = await open(arn, call, 'UntagResource');
      await tables.change(table, (row = table) => ({
        ...row,
        tags: row.tags.filter(({ Key }) => !keys.includes(Key)),
      }));
      return {};
    },

    async ListTagsOfResource({ ResourceArn: arn }, call) {
      return { Tags: (await open(arn, call, 'ListTagsOfResource')).tags };
    },
  } satisfies OperationsOf<'dynamodb'>;
}
