// Amazon API Gateway, version 1: REST APIs. The door of all deployed APIs, REST and HTTP, stands here.
import { createHttpClient } from '../../destinations/http-client.ts';
import { createExecuteApiDoor } from '../../gateway/door.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { restApiMap } from './map.ts';
import { accountOperations } from './operations/account.ts';
import { apiKeyOperations } from './operations/api-key.ts';
import { authorizerOperations } from './operations/authorizer.ts';
import { deploymentOperations } from './operations/deployment.ts';
import { gatewayResponseOperations } from './operations/gateway-response.ts';
import { integrationOperations } from './operations/integration.ts';
import { methodOperations } from './operations/method.ts';
import { resourceOperations } from './operations/resource.ts';
import { restApiOperations } from './operations/rest-api.ts';
import { stageOperations } from './operations/stage.ts';
import { usagePlanOperations } from './operations/usage-plan.ts';
import { createParts } from './parts.ts';
import { API_GATEWAY_RESOURCES } from './resources/list.ts';

export function createApiGatewayService(platform: Platform): Service {
  const parts = createParts(platform);
  const http = createHttpClient(platform);
  return {
    name: 'apigateway',
    operations: {
      ...accountOperations(parts),
      ...apiKeyOperations(parts),
      ...authorizerOperations(parts),
      ...deploymentOperations(parts),
      ...gatewayResponseOperations(parts),
      ...integrationOperations(parts),
      ...methodOperations(parts),
      ...resourceOperations(parts),
      ...restApiOperations(parts),
      ...stageOperations(parts),
      ...usagePlanOperations(parts),
    },
    map: () => restApiMap(parts),
    resources: API_GATEWAY_RESOURCES,
    doors: [createExecuteApiDoor(platform, http)],
    close: () => http.close(),
  };
}
