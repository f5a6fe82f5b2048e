// Stages: names under which a deployment is served. Caches, canaries, throttling and access logs are not served;
// settings of them are taken and change nothing.

import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Parts } from '../parts.ts';
import { type ApiStage, badRequest, conflict, describeStage, notFound, type RestApiRow } from '../rest-api.ts';

export function stageOperations({ platform, apis }: Parts) {
  const { table } = apis;
  return {
    async CreateStage(
      { restApiId, stageName, deploymentId, description, variables, tracingEnabled, tags, ...rest },
      call,
    ) {
      if (rest.canarySettings) throw badRequest('Earwitness does not serve canary deployments (canarySettings).');
      const api = table.find(restApiId, call);
      if (ownEntry(api.stages, stageName)) throw conflict('Stage already exists');
      const now = platform.clock.now();
      const stage: ApiStage = {
        stageName,
        deploymentId,
        ...(description !== undefined && { description }),
        variables: variables ?? {},
        tracingEnabled: tracingEnabled ?? false,
        tags: tags ?? {},
        createdDate: now,
        lastUpdatedDate: now,
      };
      await apis.putStage(api, stage);
      return describeStage(stage);
    },
    GetStage: ({ restApiId, stageName }, call) => describeStage(find(table.find(restApiId, call), stageName)),
    GetStages({ restApiId, deploymentId }, call) {
      const stages = Object.values(table.find(restApiId, call).stages);
      const chosen = stages.filter((stage) => deploymentId === undefined || stage.deploymentId === deploymentId);
      return { item: chosen.map(describeStage) };
    },
    async UpdateStage({ restApiId, stageName, patchOperations }, call) {
      const api = table.find(restApiId, call);
      const patched = (patchOperations ?? []).reduce(applyPatch, find(api, stageName));
      const stage = { ...patched, lastUpdatedDate: platform.clock.now() };
      await apis.putStage(api, stage);
      return describeStage(stage);
    },
    async DeleteStage({ restApiId, stageName }, call) {
      const api = table.find(restApiId, call);
      find(api, stageName);
      await apis.deleteStage(api, stageName);
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

function find(api: RestApiRow, stageName: string): ApiStage {
  const stage = ownEntry(api.stages, stageName);
  if (stage) return stage;
  throw notFound('Invalid stage identifier specified');
}

function applyPatch(stage: ApiStage, { op, path = '', value = '' }: PatchOperation): ApiStage {
  const variable = /^\/variables\/(.+)$/.exec(path)?.[1];
  if (path === '/deploymentId') return { ...stage, deploymentId: value };
  if (path === '/description') return { ...stage, description: value };
  if (path === '/tracingEnabled') return { ...stage, tracingEnabled: value === 'true' };
  if (variable !== undefined) {
    const { [variable]: _, ...others } = stage.variables;
    return { ...stage, variables: op === 'remove' ? others : { ...others, [variable]: value } };
  }
  if (/^\/(accessLogSettings|cacheCluster|[^/]+\/[^/]+\/(logging|metrics|throttling|caching))/.test(path)) return stage;
  throw badRequest(`Earwitness does not patch ${path} of a stage (${op}).`);
}
