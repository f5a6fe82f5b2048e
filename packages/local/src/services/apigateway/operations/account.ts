// The account's own settings, and tags. They are kept to be read again.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Account } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import { API_KEYS, USAGE_PLANS } from '../../../gateway/keys/usage-plan.ts';
import type { Parts } from '../parts.ts';
import { badRequest, notFound } from '../rest-api.ts';

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
  const keys = platform.backbone.table(API_KEYS);
  const plans = platform.backbone.table(USAGE_PLANS);
  const tagged = (arn: string, call: Call): Tagged => {
    const [, kind, id = ''] = /^\/(restapis|apikeys|usageplans)\/([^/]+)$/.exec(parseArn(arn)?.resource ?? '') ?? [];
    switch (kind) {
      case 'restapis': {
        const api = table.find(id, call);
        return { tags: api.tags, put: (tags) => table.save({ ...api, tags }) };
      }
      case 'apikeys':
        return taggedRow(keys, `${keyOf(call)}/${id}`);
      case 'usageplans':
        return taggedRow(plans, `${keyOf(call)}/${id}`);
      default:
        throw badRequest(`Earwitness keeps tags of REST APIs, API keys and usage plans only, not of ${arn}.`);
    }
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
      const resource = tagged(resourceArn, call);
      await resource.put({ ...resource.tags, ...tags });
      return {};
    },
    async UntagResource({ resourceArn, tagKeys }, call) {
      const resource = tagged(resourceArn, call);
      await resource.put(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key))));
      return {};
    },
    GetTags: ({ resourceArn }, call) => ({ tags: tagged(resourceArn, call).tags }),
  } satisfies OperationsOf<'apigateway'>;
}

interface Tagged {
  readonly tags: Tags;
  put(tags: Tags): Promise<void>;
}

type Tags = Readonly<Record<string, string>>;

function taggedRow<Row extends { readonly tags: Tags }>(table: Table<Row>, key: string): Tagged {
  const mustBe = (row: Row | undefined): Row => {
    if (row) return row;
    throw notFound('Invalid resource identifier specified');
  };
  const put = async (tags: Tags) => {
    await updateRow(table, key, (row) => ({ ...mustBe(row), tags }));
  };
  return { tags: mustBe(table.get(key)?.value).tags, put };
}
