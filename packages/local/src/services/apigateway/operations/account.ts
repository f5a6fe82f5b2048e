// The account's own settings, and tags. They are kept to be read again.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Account } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { tableOf } from '../../../backbone/table.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { badRequest, type RestApiRow } from '../rest-api.ts';

const ACCOUNTS = tableOf<{ readonly cloudwatchRoleArn?: string }>('apigateway/accounts');

export function accountOperations({ platform, apis }: Parts) {
  const { table } = apis;
  const accounts = platform.backbone.table(ACCOUNTS);
  const keyOf = ({ account, region }: Call) => `${account}/${region}`;
  const describe = (call: Call): Account => ({
    ...accounts.get(keyOf(call))?.value,
    throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
    features: ['UsagePlans'],
    apiKeyVersion: '4',
  });
  const tagged = (arn: string, call: Call): RestApiRow => {
    const id = /^\/restapis\/([^/]+)$/.exec(parseArn(arn)?.resource ?? '')?.[1];
    if (id === undefined) throw badRequest(`Earwitness keeps tags of REST APIs only, not of ${arn}.`);
    return table.find(id, call);
  };
  return {
    GetAccount: (_input, call) => describe(call),
    async UpdateAccount({ patchOperations }, call) {
      for (const { path, value } of patchOperations ?? []) {
        if (path !== '/cloudwatchRoleArn') throw badRequest(`Earwitness does not patch ${path} of an account.`);
        await accounts.put(keyOf(call), value === undefined ? {} : { cloudwatchRoleArn: value });
      }
      return describe(call);
    },
    async TagResource({ resourceArn, tags }, call) {
      const api = tagged(resourceArn, call);
      await table.save({ ...api, tags: { ...api.tags, ...tags } });
      return {};
    },
    async UntagResource({ resourceArn, tagKeys }, call) {
      const api = tagged(resourceArn, call);
      const kept = Object.entries(api.tags).filter(([key]) => !tagKeys.includes(key));
      await table.save({ ...api, tags: Object.fromEntries(kept) });
      return {};
    },
    GetTags: ({ resourceArn }, call) => ({ tags: tagged(resourceArn, call).tags }),
  } satisfies OperationsOf<'apigateway'>;
}
