// API keys of an account and region.
import type { OperationsOf } from '../../../call.ts';
import { API_KEYS, type ApiKeyRow } from '../../../gateway/keys/usage-plan.ts';
import { createApiKey, describeApiKey, describeListed, patchApiKey } from '../api-key.ts';
import type { Parts } from '../parts.ts';
import { conflict, notFound } from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';

export function apiKeyOperations({ platform, apis }: Parts) {
  const table = platform.backbone.table(API_KEYS);
  const prefixOf = ({ account, region }: Place) => `${account}/${region}/`;
  const find = (id: string, call: Place): ApiKeyRow => {
    const row = table.get(`${prefixOf(call)}${id}`);
    if (!row) throw notFound('Invalid API Key identifier specified');
    return row.value;
  };
  return {
    async CreateApiKey(input, call) {
      const row = createApiKey({ id: apis.newId(10), now: platform.clock.now() }, input);
      if (table.list(prefixOf(call)).some(({ value }) => value.value === row.value))
        throw conflict('API Key already exists');
      await table.put(`${prefixOf(call)}${row.id}`, row);
      return describeListed(row, true);
    },
    GetApiKey: ({ apiKey, includeValue = false }, call) => describeApiKey(find(apiKey, call), includeValue),
    GetApiKeys({ nameQuery = '', customerId, includeValues = false, ...paging }, call) {
      const rows = table.list(prefixOf(call)).map(({ value }) => value);
      const asked = rows.filter(
        ({ name = '', ...row }) => name.startsWith(nameQuery) && (customerId ?? row.customerId) === row.customerId,
      );
      const { page, next } = takePage(newestFirst(asked), paging);
      return { items: page.map((row) => describeListed(row, includeValues)), ...next };
    },
    async UpdateApiKey({ apiKey, patchOperations = [] }, call) {
      const patched = patchOperations.reduce(patchApiKey, find(apiKey, call));
      const row = { ...patched, lastUpdatedDate: platform.clock.now() };
      await table.put(`${prefixOf(call)}${row.id}`, row);
      return describeApiKey(row, false);
    },
    async DeleteApiKey({ apiKey }, call) {
      find(apiKey, call);
      await table.delete(`${prefixOf(call)}${apiKey}`);
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

function newestFirst(rows: readonly ApiKeyRow[]): ApiKeyRow[] {
  return rows.toSorted((one, other) => other.createdDate - one.createdDate);
}
