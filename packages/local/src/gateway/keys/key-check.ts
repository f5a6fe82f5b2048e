// Whether the API key of a request opens a method that asks for one: it is enabled, in a usage plan of the stage, and
// within the plan's rate and quota, which go by the cloud's clock. Reasons name keys, and never say their values.
// Sources: API Gateway developer guide, "Usage plans and API keys for REST APIs" and "Choose an API key source in API
// Gateway"; a missing and a disabled key recorded on AWS: LocalStack apigateway_common
// test_api_key_required_for_methods.
import type { ThrottleSettings } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { updateRow } from '../../backbone/update.ts';
import type { Platform } from '../../platform.ts';
import type { Admission } from '../authorizers/admission.ts';
import { createRestRefusal } from '../refusal.ts';
import { headerOf } from '../request.ts';
import type { MatchedRequest } from '../services/parameter-value.ts';
import {
  API_KEYS,
  type ApiKeyRow,
  periodStart,
  USAGE,
  USAGE_PLANS,
  type Usage,
  type UsagePlanRow,
} from './usage-plan.ts';

export function createKeyCheck({ backbone, clock }: Platform): (matched: MatchedRequest) => Promise<Admission> {
  const keys = backbone.table(API_KEYS);
  const plans = backbone.table(USAGE_PLANS);
  const usage = backbone.table(USAGE);

  function find({ stage }: MatchedRequest, value: string): { key: ApiKeyRow; plan?: UsagePlanRow } | undefined {
    const prefix = `${stage.account}/${stage.region}/`;
    const key = keys.list(prefix).find((row) => row.value.value === value)?.value;
    const open = plans.list(prefix).map((row) => row.value);
    const plan = key && open.find((one) => one.keyIds.includes(key.id) && stageOf(one, stage.apiId, stage.stage));
    return key && { key, ...(plan && { plan }) };
  }

  /** Counts the request, unless it is over the plan's quota or rate. */
  async function use(matched: MatchedRequest, key: ApiKeyRow, plan: UsagePlanRow): Promise<string | undefined> {
    const { quota } = plan;
    const throttles = throttlesOf(matched, plan);
    if (!quota && throttles.length === 0) return undefined;
    const { account, region } = matched.stage;
    const at = clock.now();
    const since = quota ? periodStart(quota, at) : 0;
    let over: 'quota' | 'rate' | undefined;
    await updateRow(usage, `${account}/${region}/${plan.id}/${key.id}`, (before) => {
      over = undefined;
      const used = before?.since === since ? before.requests : 0;
      const kept: Usage = { since, requests: used, buckets: before?.buckets ?? {} };
      const buckets = throttles.map(([name, limits]) => [name, fill(kept.buckets[name], limits, at)] as const);
      if (buckets.some(([, { tokens }]) => tokens < 1)) over = 'rate';
      else if (used >= (quota?.limit ?? Number.POSITIVE_INFINITY)) over = 'quota';
      if (over) return kept;
      const taken = buckets.map(([name, { tokens }]) => [name, { tokens: tokens - 1, at }] as const);
      return { since, requests: used + 1, buckets: { ...kept.buckets, ...Object.fromEntries(taken) } };
    });
    return over;
  }

  return async (matched) => {
    const { stage, request } = matched;
    const refuse = (name: 'no key' | 'throttled' | 'quota exceeded', reason: string): Admission => ({
      kind: 'refused',
      outcome: { answer: createRestRefusal(name), reason },
    });
    const isFromAuthorizer = stage.keySource === 'AUTHORIZER';
    const value = isFromAuthorizer ? request.authorized?.usageKey : headerOf(request, 'x-api-key');
    if (value === undefined || value === '') {
      const where = isFromAuthorizer ? 'its authorizer named none (usageIdentifierKey)' : 'it has no header x-api-key';
      return refuse('no key', `the request has no API key: ${where}`);
    }
    const { key, plan } = find(matched, value) ?? {};
    if (!key) return refuse('no key', 'no API key has the value that the request has');
    const named = `the API key ${key.name ?? key.id}`;
    if (!plan) return refuse('no key', `${named} is in no usage plan of the stage ${stage.stage}`);
    if (!key.enabled) return refuse('no key', `${named} is not enabled`);
    const over = await use(matched, key, plan);
    const has = `the usage plan ${plan.name} lets ${named}`;
    if (over === 'rate') return refuse('throttled', `${has} make no more requests at the moment`);
    if (over === 'quota') {
      return refuse('quota exceeded', `${has} make ${plan.quota?.limit} requests per ${plan.quota?.period}`);
    }
    return { kind: 'admitted', request: { ...request, apiKey: { id: key.id, value } } };
  };
}

function stageOf({ apiStages }: UsagePlanRow, apiId: string, stage: string) {
  return apiStages.find((one) => one.apiId === apiId && one.stage === stage);
}

/** Limits of the method and of the plan, each with its name. */
function throttlesOf(
  { stage, match: { route } }: MatchedRequest,
  plan: UsagePlanRow,
): (readonly [name: string, limits: ThrottleSettings])[] {
  const method = `${route.path}/${route.method}`;
  const own = stageOf(plan, stage.apiId, stage.stage)?.throttle?.[method];
  const whole = plan.throttle;
  return [
    ...(own ? [[`${stage.apiId}/${stage.stage}${method}`, own] as const] : []),
    ...(whole ? [['', whole] as const] : []),
  ];
}

/** A token bucket: it holds `burstLimit` requests and gets `rateLimit` new ones a second. */
function fill(
  bucket: Usage['buckets'][string] | undefined,
  { burstLimit, rateLimit = Number.POSITIVE_INFINITY }: ThrottleSettings,
  at: number,
): { readonly tokens: number } {
  const size = burstLimit ?? rateLimit;
  if (!bucket || size === Number.POSITIVE_INFINITY) return { tokens: size };
  return { tokens: Math.min(size, bucket.tokens + ((at - bucket.at) / 1000) * rateLimit) };
}
