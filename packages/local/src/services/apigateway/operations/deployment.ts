// Deployments: snapshots of an API. One that cannot be served is refused here, by name.

import type { Deployment } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { createRoutes } from '../deployment.ts';
import { deployResponses } from '../gateway-response.ts';
import type { Parts } from '../parts.ts';
import { type ApiDeployment, badRequest, notFound, type RestApiRow } from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';

export function deploymentOperations({ platform, apis }: Parts) {
  const { table } = apis;
  return {
    async CreateDeployment({ restApiId, stageName, stageDescription, description, variables, canarySettings }, call) {
      if (canarySettings) throw badRequest('Earwitness does not serve canary deployments (canarySettings).');
      const routes = await createRoutes(table.find(restApiId, call), platform.standIns);
      // Meanwhile others may have changed the API.
      const api = table.find(restApiId, call);
      const now = platform.clock.now();
      const deployment: ApiDeployment = {
        id: apis.newId(6),
        ...(description !== undefined && { description }),
        createdDate: now,
        routes,
        responses: deployResponses(api),
      };
      const changed = { ...api, deployments: { ...api.deployments, [deployment.id]: deployment } };
      if (stageName === undefined || stageName === '') {
        await table.save(changed);
        return describe(deployment);
      }
      const known = ownEntry(api.stages, stageName);
      await apis.putStage(changed, {
        stageName,
        tracingEnabled: false,
        tags: {},
        createdDate: now,
        ...known,
        ...(stageDescription !== undefined && { description: stageDescription }),
        deploymentId: deployment.id,
        variables: { ...known?.variables, ...variables },
        lastUpdatedDate: now,
      });
      return describe(deployment);
    },
    GetDeployment: ({ restApiId, deploymentId }, call) => describe(find(table.find(restApiId, call), deploymentId)),
    GetDeployments(input, call) {
      const { page, next } = takePage(Object.values(table.find(input.restApiId, call).deployments), input);
      return { items: page.map(describe), ...next };
    },
    async DeleteDeployment({ restApiId, deploymentId }, call) {
      const api = table.find(restApiId, call);
      find(api, deploymentId);
      if (Object.values(api.stages).some((stage) => stage.deploymentId === deploymentId)) {
        throw badRequest('Active stages pointing to this deployment must be moved or deleted');
      }
      const { [deploymentId]: _, ...deployments } = api.deployments;
      await table.save({ ...api, deployments });
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

function find(api: RestApiRow, id: string): ApiDeployment {
  const deployment = ownEntry(api.deployments, id);
  if (deployment) return deployment;
  throw notFound('Invalid Deployment identifier specified');
}

function describe({ routes: _, responses: __, ...deployment }: ApiDeployment): Deployment {
  return deployment;
}
