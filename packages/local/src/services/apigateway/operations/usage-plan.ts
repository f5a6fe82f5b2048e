// Usage plans of an account and region, and the keys that are in them.

import { updateRow } from '../../../backbone/update.ts';
import type { OperationsOf } from '../../../call.ts';
import { API_KEYS, USAGE, USAGE_PLANS, type UsagePlanRow } from '../../../gateway/keys/usage-plan.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Parts } from '../parts.ts';
import { badRequest, conflict, notFound } from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';
import { checkPlan, describeListedPlan, describePlan, patchPlan } from '../usage-plan.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

export function usagePlanOperations({ platform, apis }: Parts) {
  const table = platform.backbone.table(USAGE_PLANS);
  const keys = platform.backbone.table(API_KEYS);
  const usage = platform.backbone.table(USAGE);
  const prefixOf = ({ account, region }: Place) => `${account}/${region}/`;
  const keyOf = (id: string, call: Place) => `${prefixOf(call)}${id}`;
  const find = (id: string, call: Place): UsagePlanRow => mustBe(table.get(keyOf(id, call))?.value);
  const hasStage = (call: Place) => (apiId: string, stage: string) =>
    apis.table.list(call).some((api) => api.id === apiId && ownEntry(api.stages, stage) !== undefined);
  const change = async (id: string, call: Place, changeRow: (row: UsagePlanRow) => UsagePlanRow) =>
    (await updateRow(table, keyOf(id, call), (row) => changeRow(mustBe(row)))).value;
  const describeKey = (id: string, call: Place) => {
    const { name, value } = keys.get(keyOf(id, call))?.value ?? {};
    return { id, type: 'API_KEY', ...(value !== undefined && { value }), ...(name !== undefined && { name }) };
  };
  const keysOf = ({ keyIds }: UsagePlanRow, call: Place) =>
    keyIds.filter((id) => keys.get(keyOf(id, call))).map((id) => describeKey(id, call));

  return {
    async CreateUsagePlan({ name, description, apiStages = [], throttle, quota, tags = {} }, call) {
      const row: UsagePlanRow = {
        ...{ id: apis.newId(6), name, apiStages, tags, keyIds: [] },
        ...(description !== undefined && { description }),
        ...(throttle && { throttle }),
        ...(quota && { quota }),
      };
      checkPlan(row, hasStage(call));
      await table.put(keyOf(row.id, call), row);
      return describeListedPlan(row);
    },
    GetUsagePlan: ({ usagePlanId }, call) => describePlan(find(usagePlanId, call)),
    GetUsagePlans({ keyId, ...paging }, call) {
      const rows = table.list(prefixOf(call)).map(({ value }) => value);
      const asked = rows.filter(({ keyIds }) => keyId === undefined || keyIds.includes(keyId));
      const { page, next } = takePage(asked, paging);
      return { items: page.map(describeListedPlan), ...next };
    },
    async UpdateUsagePlan({ usagePlanId, patchOperations = [] }, call) {
      const row = await change(usagePlanId, call, (before) => {
        const patched = patchOperations.reduce(patchPlan, before);
        checkPlan(patched, hasStage(call));
        return patched;
      });
      return describePlan(row);
    },
    async DeleteUsagePlan({ usagePlanId }, call) {
      find(usagePlanId, call);
      await table.delete(keyOf(usagePlanId, call));
      for (const { key } of usage.list(`${keyOf(usagePlanId, call)}/`)) await usage.delete(key);
      return {};
    },
    async CreateUsagePlanKey({ usagePlanId, keyId, keyType }, call) {
      if (keyType !== 'API_KEY') throw badRequest(`Invalid key type specified: ${keyType}. It has to be API_KEY.`);
      find(usagePlanId, call);
      if (!keys.get(keyOf(keyId, call))) throw notFound('Invalid API Key identifier specified');
      await change(usagePlanId, call, (row) => {
        if (row.keyIds.includes(keyId)) throw conflict(`The API key ${keyId} is in the usage plan ${row.id} already.`);
        return { ...row, keyIds: [keyId, ...row.keyIds] };
      });
      return describeKey(keyId, call);
    },
    GetUsagePlanKey({ usagePlanId, keyId }, call) {
      const known = keysOf(find(usagePlanId, call), call).find(({ id }) => id === keyId);
      if (!known) throw notFound('Invalid API Key identifier specified');
      return known;
    },
    GetUsagePlanKeys({ usagePlanId, nameQuery = '', ...paging }, call) {
      // Of a plan that is not there, too.
      const plan = table.get(keyOf(usagePlanId, call))?.value;
      const known = (plan ? keysOf(plan, call) : []).filter(({ name = '' }) => name.startsWith(nameQuery));
      const { page, next } = takePage(known, paging);
      return { items: page, ...next };
    },
    async DeleteUsagePlanKey({ usagePlanId, keyId }, call) {
      await change(usagePlanId, call, (row) => {
        if (!row.keyIds.includes(keyId)) throw notFound('Invalid API Key identifier specified');
        return { ...row, keyIds: row.keyIds.filter((id) => id !== keyId) };
      });
      await usage.delete(`${keyOf(usagePlanId, call)}/${keyId}`);
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

function mustBe(plan: UsagePlanRow | undefined): UsagePlanRow {
  if (plan) return plan;
  throw notFound('Invalid Usage Plan ID specified');
}
