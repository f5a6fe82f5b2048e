// Stages and deployments of an HTTP API. `$default` answers at the API's root. Throttling and access logs are taken and
// change nothing.

import type { Deployment, Stage } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { type ApiDeployment, badRequest, conflict, entryOf, type HttpApiRow, notFound, without } from '../http-api.ts';
import { takePage } from '../http-apis.ts';
import type { Parts } from '../parts.ts';

export function stageOperations({ platform, apis }: Parts) {
  const { table } = apis;
  const stageOf = (api: HttpApiRow, name: string): Stage => {
    const stage = ownEntry(api.stages, name);
    if (stage) return stage;
    throw notFound('Unable to find Stage by name');
  };
  const save = async (api: HttpApiRow, stage: Stage): Promise<Stage> => {
    if (stage.DeploymentId !== undefined) entryOf(api.deployments, 'Deployment', stage.DeploymentId);
    const saved = await apis.save({ ...api, stages: { ...api.stages, [stage.StageName]: stage } });
    return ownEntry(saved.stages, stage.StageName) ?? stage;
  };
  return {
    CreateStage({ ApiId, ...settings }, call) {
      const api = table.find(ApiId, call);
      if (ownEntry(api.stages, settings.StageName)) throw conflict('Stage already exists');
      const now = platform.clock.now();
      const defaults = { AutoDeploy: false, StageVariables: {}, RouteSettings: {}, Tags: {} };
      return save(api, { ...defaults, ...settings, CreatedDate: now, LastUpdatedDate: now });
    },
    GetStage: ({ ApiId, StageName }, call) => stageOf(table.find(ApiId, call), StageName),
    GetStages: (input, call) => takePage(Object.values(table.find(input.ApiId, call).stages), input),
    UpdateStage({ ApiId, StageName, ...settings }, call) {
      const api = table.find(ApiId, call);
      const stage = stageOf(api, StageName);
      return save(api, { ...stage, ...settings, StageName, LastUpdatedDate: platform.clock.now() });
    },
    async DeleteStage({ ApiId, StageName }, call) {
      const api = table.find(ApiId, call);
      stageOf(api, StageName);
      await apis.save({ ...api, stages: without(api.stages, StageName) });
      await apis.deleteStage(api, StageName);
      return {};
    },
    async CreateDeployment({ ApiId, StageName, Description }, call) {
      const api = table.find(ApiId, call);
      const described = Description === undefined ? {} : { description: Description };
      const deployment = await apis.createDeployment(api, { autoDeployed: false, ...described });
      const changed = { ...api, deployments: { ...api.deployments, [deployment.id]: deployment } };
      if (StageName === undefined) await apis.save(changed);
      else await save(changed, { ...stageOf(api, StageName), DeploymentId: deployment.id });
      return describe(deployment);
    },
    GetDeployment: ({ ApiId, DeploymentId }, call) =>
      describe(entryOf(table.find(ApiId, call).deployments, 'Deployment', DeploymentId)),
    GetDeployments: (input, call) =>
      takePage(Object.values(table.find(input.ApiId, call).deployments).map(describe), input),
    async UpdateDeployment({ ApiId, DeploymentId, Description }, call) {
      const api = table.find(ApiId, call);
      const deployment = entryOf(api.deployments, 'Deployment', DeploymentId);
      const changed = { ...deployment, ...(Description !== undefined && { description: Description }) };
      await apis.save({ ...api, deployments: { ...api.deployments, [DeploymentId]: changed } });
      return describe(changed);
    },
    async DeleteDeployment({ ApiId, DeploymentId }, call) {
      const api = table.find(ApiId, call);
      entryOf(api.deployments, 'Deployment', DeploymentId);
      if (Object.values(api.stages).some((stage) => stage.DeploymentId === DeploymentId)) {
        throw badRequest('Active stages pointing to this deployment must be moved or deleted');
      }
      await apis.save({ ...api, deployments: without(api.deployments, DeploymentId) });
      return {};
    },
  } satisfies OperationsOf<'apigatewayv2'>;
}

function describe({ id, createdDate, autoDeployed, description }: ApiDeployment): Deployment {
  return {
    AutoDeployed: autoDeployed,
    CreatedDate: createdDate,
    DeploymentId: id,
    DeploymentStatus: 'DEPLOYED',
    ...(description !== undefined && { Description: description }),
  };
}
