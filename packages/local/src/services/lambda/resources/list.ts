// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { aliasResource } from './alias.ts';
import { eventInvokeConfigResource } from './event-invoke-config.ts';
import { eventSourceMappingResource } from './event-source-mapping.ts';
import { functionResource } from './function.ts';
import { layerVersionPermissionResource, layerVersionResource } from './layer-version.ts';
import { permissionResource } from './permission.ts';
import { urlResource } from './url.ts';
import { versionResource } from './version.ts';

export const LAMBDA_RESOURCES: readonly ResourceType[] = [
  functionResource,
  versionResource,
  aliasResource,
  layerVersionResource,
  layerVersionPermissionResource,
  permissionResource,
  eventInvokeConfigResource,
  eventSourceMappingResource,
  urlResource,
];
