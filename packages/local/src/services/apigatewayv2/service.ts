// Amazon API Gateway, version 2: HTTP APIs. Requests to them come in by the door that the service apigateway holds.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { apiOperations } from './operations/api.ts';
import { integrationOperations } from './operations/integration.ts';
import { routeOperations } from './operations/route.ts';
import { stageOperations } from './operations/stage.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { apiResource } from './resources/api.ts';
import { deploymentResource } from './resources/deployment.ts';
import { integrationResource } from './resources/integration.ts';
import { routeResource } from './resources/route.ts';
import { stageResource } from './resources/stage.ts';

export function createApiGatewayV2Service(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'apigatewayv2',
    operations: {
      ...apiOperations(parts),
      ...integrationOperations(parts),
      ...routeOperations(parts),
      ...stageOperations(parts),
      ...tagOperations(parts),
    },
    resources: [apiResource, integrationResource, routeResource, stageResource, deploymentResource],
  };
}
