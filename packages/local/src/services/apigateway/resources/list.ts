// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { accountResource } from './account.ts';
import { apiKeyResource } from './api-key.ts';
import { authorizerResource } from './authorizer.ts';
import { deploymentResource } from './deployment.ts';
import { gatewayResponseResource } from './gateway-response.ts';
import { methodResource } from './method.ts';
import { resourceResource } from './resource.ts';
import { restApiResource } from './rest-api.ts';
import { stageResource } from './stage.ts';
import { usagePlanKeyResource, usagePlanResource } from './usage-plan.ts';

export const API_GATEWAY_RESOURCES: readonly ResourceType[] = [
  restApiResource,
  resourceResource,
  methodResource,
  deploymentResource,
  stageResource,
  usagePlanResource,
  usagePlanKeyResource,
  accountResource,
  apiKeyResource,
  authorizerResource,
  gatewayResponseResource,
];
