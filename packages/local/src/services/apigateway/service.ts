// Amazon API Gateway, version 1: REST APIs. The door of all deployed APIs, REST and HTTP, stands here.
import { createExecuteApiDoor } from '../../gateway/door.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { ApiGateway } from './api-gateway.ts';
import { createAccountOperations } from './operations/account.ts';
import { createDeploymentOperations } from './operations/deployment.ts';
import { createIntegrationOperations } from './operations/integration.ts';
import { createMethodOperations } from './operations/method.ts';
import { createResourceOperations } from './operations/resource.ts';
import { createRestApiOperations } from './operations/rest-api.ts';
import { createStageOperations } from './operations/stage.ts';
import { restApiResources } from './resources.ts';

export function createApiGatewayService(platform: Platform): Service {
  const gateway = new ApiGateway(platform);
  return {
    name: 'apigateway',
    operations: {
      ...createRestApiOperations(gateway),
      ...createResourceOperations(gateway),
      ...createMethodOperations(gateway),
      ...createIntegrationOperations(gateway),
      ...createDeploymentOperations(gateway),
      ...createStageOperations(gateway),
      ...createAccountOperations(gateway),
    },
    resources: restApiResources,
    doors: [createExecuteApiDoor(platform)],
  };
}
