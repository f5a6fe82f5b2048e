// HTTP APIs and where their deployed routes lead.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { routesOf } from '../../gateway/map.ts';
import { factsOf, type MapShare } from '../../map/share.ts';
import type { Parts } from './parts.ts';

export function httpApiMap({ apis, platform }: Parts): MapShare {
  const all = apis.table.all().map((api) => {
    const { id: apiId, region, name, description, protocol } = api;
    // Source: IAM, "Actions, resources, and condition keys for Amazon API Gateway Management V2".
    const id = formatArn({ service: 'apigateway', region, account: '', resource: `/apis/${apiId}` });
    const { stages, nodes, edges } = routesOf(platform, { id, apiId });
    const facts = factsOf({
      URL: apis.endpointOf(api),
      Stages: stages || 'none is deployed',
      Description: description,
    });
    const standsIn = protocol === 'WEBSOCKET' ? { standsIn: 'WebSocket APIs are not served' } : {};
    const made = [`AWS::ApiGatewayV2::Api ${apiId}`];
    return { nodes: [{ id, kind: 'api', name, made, ...standsIn, facts } as const, ...nodes], edges };
  });
  return { nodes: all.flatMap(({ nodes }) => nodes), edges: all.flatMap(({ edges }) => edges) };
}
