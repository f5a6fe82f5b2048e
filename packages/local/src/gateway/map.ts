// Where the routes of deployed APIs lead: an arrow for each, by its method and path, and one for each function that
// says who may come in.
import type { MapEdge, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { calledBy, delivers } from '../map/share.ts';
import type { Platform } from '../platform.ts';
import type { DeployedRoute, DeployedStage } from './deployed-stage.ts';
import { deployedStages } from './deployed-stage.ts';

/** An API of either kind, as the map has it. */
interface MappedApi {
  /** Its ARN. */
  readonly id: string;
  readonly apiId: string;
}

/** Routes of all stages of an API, and nodes for what stands in behind them. */
export function routesOf({ backbone }: Pick<Platform, 'backbone'>, api: MappedApi) {
  const stages = deployedStages(backbone)
    .list(`${api.apiId}/`)
    .map(({ value }) => value);
  const led = stages.flatMap((stage) => stage.routes.map((route) => leadOf(api, stage, route)));
  return {
    stages: stages.map(({ stage }) => stage).join(', '),
    nodes: led.flatMap(({ node }) => (node ? [{ ...node, made: [] }] : [])),
    edges: [...stages.flatMap((stage) => authorizersOf(api, stage)), ...led.flatMap(({ edges }) => edges)],
  };
}

function authorizersOf({ id }: MappedApi, stage: DeployedStage): MapEdge[] {
  const named = stage.routes.flatMap(({ authorizer }) =>
    authorizer?.kind === 'function' ? [[authorizer.id, authorizer] as const] : [],
  );
  return [...new Map(named).values()].map(({ arn, name }) =>
    delivers(id, withVariables(arn, stage), `authorizer ${name}`),
  );
}

function leadOf(
  { id }: MappedApi,
  stage: DeployedStage,
  route: DeployedRoute,
): { readonly node?: MapNode; readonly edges: readonly MapEdge[] } {
  const { integration, method, path } = route;
  const label = path === '$default' ? path : `${method} ${path}`;
  const to = (arns: readonly string[]) => ({ edges: arns.map((arn) => delivers(id, arn, label)) });
  switch (integration.kind) {
    case 'function':
      return to([withVariables(integration.arn, stage)]);
    case 'service':
      return to(calledBy(integration.parameters, stage));
    case 'action':
      return to(calledByAction(integration, stage));
    case 'stand-in': {
      const node = {
        id: `${id} ${label}`,
        kind: 'stand-in',
        name: label,
        standsIn: integration.reason,
        facts: [],
      } as const;
      return { node, edges: [delivers(id, node.id, label)] };
    }
    default:
      return to([]);
  }
}

function withVariables(arn: string, { variables }: DeployedStage): string {
  return arn.replace(/\$\{stageVariables\.(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
}

/** What the templates of an integration name, or its path. */
function calledByAction(
  { action, templates }: Extract<DeployedRoute['integration'], { readonly kind: 'action' }>,
  stage: DeployedStage,
): string[] {
  if (action.form === 'function') return [withVariables(action.arn, stage)];
  const { account, region } = stage;
  const text = Object.values(templates).join('\n');
  const named = text.match(/arn:[\w-]+:(?:states:[\w-]*:\d*:stateMachine:|sns:[\w-]*:\d*:)[\w.-]+/g) ?? [];
  const tables = [...text.matchAll(/"TableName"\s*:\s*"([\w.-]+)"/g)].map(
    ([, name]) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  );
  const queue = action.form === 'query' ? /^\/(\d{12})\/([^/]+)$/.exec(action.path) : null;
  const queues = queue ? [`arn:aws:sqs:${region}:${queue[1]}:${queue[2]}`] : [];
  return [...new Set([...named, ...tables, ...queues])];
}
