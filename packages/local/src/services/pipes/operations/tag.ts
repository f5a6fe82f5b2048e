// Tags of pipes.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import type { PipePlace } from '../pipe.ts';

export function tagOperations({ pipes }: Parts) {
  async function open(arn: string, call: Call, action: string): Promise<PipePlace> {
    await pipes.authorize(call, action, arn);
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    return { account, region, name: resource.replace(/^pipe\//, '') };
  }
  return {
    async TagResource({ resourceArn: arn, tags }, call) {
      await pipes.change(await open(arn, call, 'TagResource'), (pipe) => ({
        ...pipe,
        tags: { ...pipe.tags, ...tags },
      }));
      return {};
    },

    async UntagResource({ resourceArn: arn, tagKeys: keys }, call) {
      await pipes.change(await open(arn, call, 'UntagResource'), (pipe) => ({
        ...pipe,
        tags: Object.fromEntries(Object.entries(pipe.tags).filter(([key]) => !keys.includes(key))),
      }));
      return {};
    },

    async ListTagsForResource({ resourceArn: arn }, call) {
      return { tags: pipes.get(await open(arn, call, 'ListTagsForResource')).tags };
    },
  } satisfies OperationsOf<'pipes'>;
}
