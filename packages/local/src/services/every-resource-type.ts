// Every resource type that a service makes, without the services: those of CloudFormation's own stand on its parts.
// Those of services that are loaded when first needed are in `lazy-services.ts`.
import type { ResourceType } from '../resources/resource.ts';
import { API_GATEWAY_RESOURCES } from './apigateway/resources/list.ts';
import { API_GATEWAY_V2_RESOURCES } from './apigatewayv2/resources/list.ts';
import type { Parts } from './cloudformation/parts.ts';
import { cloudFormationResources } from './cloudformation/resources/list.ts';
import { EVENTS_RESOURCES } from './events/resources/list.ts';
import { IAM_RESOURCES } from './iam/resources/list.ts';
import { LAMBDA_RESOURCES } from './lambda/resources/list.ts';
import { LOGS_RESOURCES } from './logs/resources/list.ts';
import { SECRETS_MANAGER_RESOURCES } from './secretsmanager/resources/list.ts';
import { SQS_RESOURCES } from './sqs/resources/list.ts';
import { SSM_RESOURCES } from './ssm/resources/list.ts';

const OTHERS: readonly ResourceType[] = [
  ...API_GATEWAY_RESOURCES,
  ...API_GATEWAY_V2_RESOURCES,
  ...EVENTS_RESOURCES,
  ...IAM_RESOURCES,
  ...LAMBDA_RESOURCES,
  ...LOGS_RESOURCES,
  ...SECRETS_MANAGER_RESOURCES,
  ...SQS_RESOURCES,
  ...SSM_RESOURCES,
];

export function everyResourceType(cloudFormation: Parts): readonly ResourceType[] {
  return [...OTHERS, ...cloudFormationResources(cloudFormation)];
}
