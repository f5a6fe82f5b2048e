// Amazon API Gateway, version 1: REST APIs. The door of all deployed APIs, REST and HTTP, stands here.
import { createExecuteApiDoor } from '../../api-gateway/door.ts';
import type { Ground } from '../../ground.ts';
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

export function createApiGatewayService(ground: Ground): Service {
  const gateway = new ApiGateway(ground);
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
    doors: [createExecuteApiDoor(ground)],
  };
}
