// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { activityResource } from './activity.ts';
import { stateMachineResource } from './state-machine.ts';
import { aliasResource, versionResource } from './version.ts';

export const STEP_FUNCTIONS_RESOURCES: readonly ResourceType[] = [
  stateMachineResource,
  activityResource,
  versionResource,
  aliasResource,
];
