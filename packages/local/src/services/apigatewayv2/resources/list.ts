// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { apiResource } from './api.ts';
import { authorizerResource } from './authorizer.ts';
import { deploymentResource } from './deployment.ts';
import { integrationResource } from './integration.ts';
import { routeResource } from './route.ts';
import { stageResource } from './stage.ts';

export const API_GATEWAY_V2_RESOURCES: readonly ResourceType[] = [
  apiResource,
  integrationResource,
  routeResource,
  stageResource,
  deploymentResource,
  authorizerResource,
];
