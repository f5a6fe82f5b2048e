// Puts the map together: the services' parts, the stacks that made their resources, and, where an arrow leads to
// something that no service has, what that is: a stand-in, or a resource that does not exist.
import type { CloudMap, MapEdge, MapNode, MapNodeKind } from '@earwitness/protocol/internal/admin/cloud-map';
import type { StackState } from '@earwitness/protocol/internal/admin/cloud-state';
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { StandIn } from '../stand-ins/stand-in.ts';
import { type MapShare, resourceOf, type SharedNode } from './share.ts';

export interface Surroundings {
  readonly stacks: readonly StackState[];
  findStandIn(arn: string): StandIn | undefined;
}

export function assembleMap(shares: readonly MapShare[], surroundings: Surroundings): CloudMap {
  const makers = makersOf(surroundings.stacks);
  const nodes = new Map<string, MapNode>();
  for (const { made, ...node } of shares.flatMap((share) => share.nodes)) {
    nodes.set(node.id, { ...node, ...makerOf(node, made, makers) });
  }
  const edges = new Map<string, MapEdge>();
  for (const edge of shares.flatMap((share) => share.edges)) {
    const known = { ...edge, from: idOf(edge.from, nodes), to: idOf(edge.to, nodes) };
    edges.set(JSON.stringify(known), known);
    for (const id of [known.from, known.to]) {
      if (!nodes.has(id)) nodes.set(id, nodeOf(id, surroundings));
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** The node that an arrow means; an API is found by its id alone. */
function idOf(end: string, nodes: ReadonlyMap<string, MapNode>): string {
  const [, api] = /^api:(.+)$/.exec(end) ?? [];
  if (api === undefined) return resourceOf(end);
  return [...nodes.keys()].find((id) => id.endsWith(`apis/${api}`)) ?? end;
}

interface Maker {
  readonly stack: string;
  readonly logicalId: string;
  readonly account: string;
  readonly region: string;
}

/** What stacks made, by type and physical id. */
function makersOf(stacks: readonly StackState[]): ReadonlyMap<string, readonly Maker[]> {
  const makers = new Map<string, Maker[]>();
  for (const { name: stack, arn, resources } of stacks) {
    const { account = '', region = '' } = parseArn(arn) ?? {};
    for (const { logicalId, type, physicalId } of resources) {
      const key = `${type} ${physicalId}`;
      makers.set(key, [...(makers.get(key) ?? []), { stack, logicalId, account, region }]);
    }
  }
  return makers;
}

function makerOf(
  { id }: MapNode,
  made: SharedNode['made'],
  makers: ReadonlyMap<string, readonly Maker[]>,
): Pick<MapNode, 'stack' | 'logicalId'> {
  const { account = '', region = '' } = parseArn(id) ?? {};
  const maker = made
    .flatMap((key) => makers.get(key) ?? [])
    // Names of buckets and ids of APIs are nobody else's: their ARNs tell no account.
    .find((one) => (account === '' || one.account === account) && (region === '' || one.region === region));
  return maker ? { stack: maker.stack, logicalId: maker.logicalId } : {};
}

const KINDS: readonly (readonly [service: string, resource: RegExp, kind: MapNodeKind])[] = [
  ['lambda', /^function:/, 'function'],
  ['events', /^event-bus\//, 'bus'],
  ['events', /^rule\//, 'rule'],
  ['events', /^api-destination\//, 'api-destination'],
  ['sqs', /^/, 'queue'],
  ['sns', /^[^:]+$/, 'notification-topic'],
  ['scheduler', /^schedule\//, 'schedule'],
  ['pipes', /^pipe\//, 'pipe'],
  ['states', /^stateMachine:/, 'state-machine'],
  ['dynamodb', /^table\//, 'table'],
  ['kinesis', /^stream\//, 'stream'],
  ['s3', /^/, 'bucket'],
];

/** What no service has told of. */
function nodeOf(id: string, { findStandIn }: Surroundings): MapNode {
  if (id.startsWith('momento:')) return { id, kind: 'topic', name: id.slice(id.indexOf('/') + 1), facts: cacheOf(id) };
  if (/^https?:/.test(id)) return { id, kind: 'api-destination', name: id, facts: [['URL', id]] };
  const standIn = findStandIn(id);
  if (standIn) {
    const { stack, logicalId, type } = standIn;
    const facts = [['Type', type]] as const;
    return { id, kind: 'stand-in', name: logicalId, stack, logicalId, standsIn: `${type} is not served`, facts };
  }
  const { service = '', resource = id } = parseArn(id) ?? {};
  const name =
    resource
      .replace(/:\*$/, '')
      .split(service === 'logs' ? ':' : /[:/]/)
      .at(-1) ?? resource;
  const [, , kind] = KINDS.find(([own, pattern]) => own === service && pattern.test(resource)) ?? [];
  if (kind) return { id, kind, name, state: 'MISSING', facts: [] };
  // Groups of logs are served, and no more than written to.
  if (service === 'logs') return { id, kind: 'stand-in', name, facts: [['Type', 'log group']] };
  return { id, kind: 'stand-in', name, standsIn: `${service || id} is not served`, facts: [] };
}

function cacheOf(id: string): MapNode['facts'] {
  return [['Cache', id.slice('momento:'.length, id.indexOf('/'))]];
}
