// A usage plan: which stages its keys open, how often. Sentences are recorded on AWS: LocalStack apigateway_common
// TestUsagePlans.
import type {
  ApiStage,
  PatchOperation,
  QuotaSettings,
  UsagePlan,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { UsagePlanRow } from '../../gateway/keys/usage-plan.ts';
import { badRequest, notFound } from './rest-api.ts';

/** Whether an API has such a stage. */
type HasStage = (apiId: string, stage: string) => boolean;

export function describePlan({ keyIds: _, quota, ...row }: UsagePlanRow): UsagePlan {
  return { ...row, ...(quota && { quota: { offset: 0, ...quota } }) };
}

/** As lists and its creation show it: without tags that are empty. */
export function describeListedPlan(row: UsagePlanRow): UsagePlan {
  const { tags, ...described } = describePlan(row);
  return Object.keys(row.tags).length === 0 ? described : { ...described, tags };
}

/** @throws ServiceError `NotFoundException`, `BadRequestException` */
export function checkPlan({ id, apiStages, quota }: UsagePlanRow, hasStage: HasStage): void {
  for (const { apiId = '', stage = '' } of apiStages) {
    if (!hasStage(apiId, stage)) throw unknownStage(apiId, stage, id);
  }
  if (quota && !(Number(quota.limit) > 0 && quota.period)) {
    throw badRequest('Usage Plan quota has to have a limit above 0 and a period.');
  }
}

function unknownStage(apiId: string, stage: string, planId: string) {
  return notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${planId}`);
}

/** The plan with one change. @throws ServiceError `BadRequestException`, `NotFoundException` */
export function patchPlan(plan: UsagePlanRow, operation: PatchOperation): UsagePlanRow {
  const { op, path = '', value = '' } = operation;
  const isRemoved = op === 'remove';
  if (path === '/name' && !isRemoved) return { ...plan, name: value };
  if (path === '/description') {
    const { description: _, ...others } = plan;
    return isRemoved ? others : { ...others, description: value };
  }
  if (path === '/apiStages') return { ...plan, apiStages: patchStages(plan, operation) };
  const own = /^\/apiStages\/([^:/]+):([^/]+)\/throttle(?:\/(.+)\/(rateLimit|burstLimit))?$/.exec(path);
  if (own) return { ...plan, apiStages: plan.apiStages.map((stage) => patchMethod(stage, own, operation)) };
  if (path === '/throttle' || path === '/quota') {
    const { [path === '/quota' ? 'quota' : 'throttle']: _, ...others } = plan;
    if (isRemoved) return others;
  }
  const [, limit] = /^\/throttle\/(rateLimit|burstLimit)$/.exec(path) ?? [];
  if (limit !== undefined) return { ...plan, throttle: { ...plan.throttle, [limit]: Number(value) } };
  const [, member] = /^\/quota\/(limit|offset|period)$/.exec(path) ?? [];
  if (member !== undefined) {
    const changed = {
      ...plan.quota,
      [member]: member === 'period' ? (value as QuotaSettings['period']) : Number(value),
    };
    return { ...plan, quota: changed };
  }
  throw badRequest(`Invalid patch path ${path}`);
}

function patchStages({ id, apiStages }: UsagePlanRow, { op, value = '' }: PatchOperation): readonly ApiStage[] {
  const [, apiId, stage] = /^([^:]+):(.+)$/.exec(value) ?? [];
  if (apiId === undefined || stage === undefined) throw badRequest('Invalid API Stage specified');
  const others = apiStages.filter((one) => one.apiId !== apiId || one.stage !== stage);
  if (op !== 'remove') return [...others, { apiId, stage }];
  if (others.length === apiStages.length) throw unknownStage(apiId, stage, id);
  return others;
}

/** The limits of one method in a stage. Source: API Gateway API reference, "Patch operations", usage plan. */
function patchMethod(
  given: ApiStage,
  [, apiId, stage, method, limit]: readonly (string | undefined)[],
  { op, value }: PatchOperation,
): ApiStage {
  if (given.apiId !== apiId || given.stage !== stage) return given;
  const { throttle = {}, ...others } = given;
  if (method === undefined || limit === undefined) return op === 'remove' ? others : given;
  const name = method.replaceAll('~1', '/').replaceAll('~0', '~');
  return { ...others, throttle: { ...throttle, [name]: { ...throttle[name], [limit]: Number(value) } } };
}
