// Stages and deployments of an HTTP API. `$default` answers at the API's root. Throttling and access logs are taken and
// change nothing.

import type { Deployment, Stage } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { Call, OperationsOf } from '../../../call.ts';
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
  const save = async (ApiId: string, call: Call, make: (api: HttpApiRow) => Stage): Promise<Stage> => {
    let name = '';
    const { stages } = await apis.change(ApiId, call, (api) => {
      const stage = make(api);
      name = stage.StageName;
      return withStage(api, stage);
    });
    return entryOf(stages, 'Stage', name);
  };
  return {
    CreateStage: ({ ApiId, ...settings }, call) =>
      save(ApiId, call, (api) => {
        if (ownEntry(api.stages, settings.StageName)) throw conflict('Stage already exists');
        const now = platform.clock.now();
        const defaults = { AutoDeploy: false, StageVariables: {}, RouteSettings: {}, Tags: {} };
        return { ...defaults, ...settings, CreatedDate: now, LastUpdatedDate: now };
      }),
    GetStage: ({ ApiId, StageName }, call) => stageOf(table.find(ApiId, call), StageName),
    GetStages: (input, call) => takePage(Object.values(table.find(input.ApiId, call).stages), input),
    UpdateStage: ({ ApiId, StageName, ...settings }, call) =>
      save(ApiId, call, (api) => {
        const LastUpdatedDate = platform.clock.now();
        return { ...stageOf(api, StageName), ...settings, StageName, LastUpdatedDate };
      }),
    async DeleteStage({ ApiId, StageName }, call) {
      const api = await apis.change(ApiId, call, (before) => {
        stageOf(before, StageName);
        return { ...before, stages: without(before.stages, StageName) };
      });
      await apis.deleteStage(api, StageName);
      return {};
    },
    async CreateDeployment({ ApiId, StageName, Description }, call) {
      const described = Description === undefined ? {} : { description: Description };
      const options = { autoDeployed: false, ...described };
      const deployment = await apis.createDeployment(table.find(ApiId, call), options);
      await apis.change(ApiId, call, (api) => {
        const changed = { ...api, deployments: { ...api.deployments, [deployment.id]: deployment } };
        if (StageName === undefined) return changed;
        return withStage(changed, { ...stageOf(api, StageName), DeploymentId: deployment.id });
      });
      return describe(deployment);
    },
    GetDeployment: ({ ApiId, DeploymentId }, call) =>
      describe(entryOf(table.find(ApiId, call).deployments, 'Deployment', DeploymentId)),
    GetDeployments: (input, call) =>
      takePage(Object.values(table.find(input.ApiId, call).deployments).map(describe), input),
    async UpdateDeployment({ ApiId, DeploymentId, Description }, call) {
      const { deployments } = await apis.change(ApiId, call, (api) => {
        const deployment = entryOf(api.deployments, 'Deployment', DeploymentId);
        const changed = { ...deployment, ...(Description !== undefined && { description: Description }) };
        return { ...api, deployments: { ...api.deployments, [DeploymentId]: changed } };
      });
      return describe(entryOf(deployments, 'Deployment', DeploymentId));
    },
    async DeleteDeployment({ ApiId, DeploymentId }, call) {
      await apis.change(ApiId, call, (api) => {
        entryOf(api.deployments, 'Deployment', DeploymentId);
        if (Object.values(api.stages).some((stage) => stage.DeploymentId === DeploymentId)) {
          throw badRequest('Active stages pointing to this deployment must be moved or deleted');
        }
        return { ...api, deployments: without(api.deployments, DeploymentId) };
      });
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

function withStage(api: HttpApiRow, stage: Stage): HttpApiRow {
  if (stage.DeploymentId !== undefined) entryOf(api.deployments, 'Deployment', stage.DeploymentId);
  return { ...api, stages: { ...api.stages, [stage.StageName]: stage } };
}
