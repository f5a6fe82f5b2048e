// Tags of HTTP APIs. Nothing here reads them but their owner.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { OperationsOf } from '../../../call.ts';
import { badRequest } from '../http-api.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ apis }: Parts) {
  const { table } = apis;
  const tagged = (arn: string): string => {
    const id = /^\/apis\/([^/]+)$/.exec(parseArn(arn)?.resource ?? '')?.[1];
    if (id === undefined) throw badRequest(`Earwitness keeps tags of APIs only, not of ${arn}.`);
    return id;
  };
  return {
    async TagResource({ ResourceArn, Tags }, call) {
      await table.change(tagged(ResourceArn), call, (api) => ({ ...api, tags: { ...api.tags, ...Tags } }));
      return {};
    },
    async UntagResource({ ResourceArn, TagKeys }, call) {
      await table.change(tagged(ResourceArn), call, (api) => {
        const kept = Object.entries(api.tags).filter(([key]) => !TagKeys.includes(key));
        return { ...api, tags: Object.fromEntries(kept) };
      });
      return {};
    },
    GetTags: ({ ResourceArn }, call) => ({ Tags: table.find(tagged(ResourceArn), call).tags }),
  } satisfies OperationsOf<'apigatewayv2'>;
}
