// Amazon API Gateway, version 2: HTTP APIs. Requests to them come in by the door that the service apigateway holds.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { httpApiMap } from './map.ts';
import { apiOperations } from './operations/api.ts';
import { authorizerOperations } from './operations/authorizer.ts';
import { integrationOperations } from './operations/integration.ts';
import { routeOperations } from './operations/route.ts';
import { stageOperations } from './operations/stage.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { API_GATEWAY_V2_RESOURCES } from './resources/list.ts';

export function createApiGatewayV2Service(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'apigatewayv2',
    operations: {
      ...apiOperations(parts),
      ...authorizerOperations(parts),
      ...integrationOperations(parts),
      ...routeOperations(parts),
      ...stageOperations(parts),
      ...tagOperations(parts),
    },
    map: () => httpApiMap(parts),
    resources: API_GATEWAY_V2_RESOURCES,
  };
}
