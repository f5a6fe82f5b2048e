// REST APIs and where their deployed routes lead.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { routesOf } from '../../gateway/map.ts';
import { factsOf, type MapShare } from '../../map/share.ts';
import type { Parts } from './parts.ts';

export function restApiMap({ apis, platform }: Parts): MapShare {
  const all = apis.table.all().map(({ id: apiId, region, name, description }) => {
    // Source: IAM, "Actions, resources, and condition keys for Amazon API Gateway Management".
    const id = formatArn({ service: 'apigateway', region, account: '', resource: `/restapis/${apiId}` });
    const { stages, nodes, edges } = routesOf(platform, { id, apiId });
    const url = `${platform.address.http}/_aws/execute-api/${apiId}`;
    const facts = factsOf({ URL: url, Stages: stages || 'none is deployed', Description: description });
    const made = [`AWS::ApiGateway::RestApi ${apiId}`];
    return { nodes: [{ id, kind: 'api', name, made, facts } as const, ...nodes], edges };
  });
  return { nodes: all.flatMap(({ nodes }) => nodes), edges: all.flatMap(({ edges }) => edges) };
}
