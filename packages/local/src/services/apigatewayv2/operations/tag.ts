// Tags of HTTP APIs. Nothing here reads them but their owner.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Call, OperationsOf } from '../../../call.ts';
import { badRequest, type HttpApiRow } from '../http-api.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ apis }: Parts) {
  const { table } = apis;
  const tagged = (arn: string, call: Call): HttpApiRow => {
    const id = /^\/apis\/([^/]+)$/.exec(parseArn(arn)?.resource ?? '')?.[1];
    if (id === undefined) throw badRequest(`Earwitness keeps tags of APIs only, not of ${arn}.`);
    return table.find(id, call);
  };
  return {
    async TagResource({ ResourceArn, Tags }, call) {
      const api = tagged(ResourceArn, call);
      await table.save({ ...api, tags: { ...api.tags, ...Tags } });
      return {};
    },
    async UntagResource({ ResourceArn, TagKeys }, call) {
      const api = tagged(ResourceArn, call);
      const kept = Object.entries(api.tags).filter(([key]) => !TagKeys.includes(key));
      await table.save({ ...api, tags: Object.fromEntries(kept) });
      return {};
    },
    GetTags: ({ ResourceArn }, call) => ({ Tags: tagged(ResourceArn, call).tags }),
  } satisfies OperationsOf<'apigatewayv2'>;
}
