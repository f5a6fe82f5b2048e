// Amazon API Gateway, version 2: HTTP APIs. Requests to them come in by the door that the service apigateway holds.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { HttpApis } from './http-apis.ts';
import { createApiOperations } from './operations/api.ts';
import { createIntegrationOperations } from './operations/integration.ts';
import { createRouteOperations } from './operations/route.ts';
import { createStageOperations } from './operations/stage.ts';
import { createTagOperations } from './operations/tags.ts';
import { httpApiResources } from './resources.ts';

export function createApiGatewayV2Service(platform: Platform): Service {
  const apis = new HttpApis(platform);
  return {
    name: 'apigatewayv2',
    operations: {
      ...createApiOperations(apis),
      ...createIntegrationOperations(apis),
      ...createRouteOperations(apis),
      ...createStageOperations(apis),
      ...createTagOperations(apis),
    },
    resources: httpApiResources,
  };
}
