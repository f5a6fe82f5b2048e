// Functions, what feeds them, and where their results and dead letters go; their URLs.
import type { MapEdge } from '@earwitness/protocol/internal/admin/cloud-map';
import type { DestinationConfig } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { functionUrl } from '../../../map/own-address.ts';
import { deadLetters, delivers, factsOf, type MapShare, type SharedNode } from '../../../map/share.ts';
import { LATEST, type LambdaFunction } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import type { Parts } from '../parts.ts';
import { findStandIn } from '../stand-in.ts';
import type { Mapping } from './mapping.ts';

export async function functionMap({ functions, mappings, platform }: Parts): Promise<MapShare> {
  const all = functions.all();
  const urls = all.flatMap((fn) => Object.entries(fn.urls).map(([qualifier, url]) => ({ fn, qualifier, url })));
  return {
    nodes: [
      ...(await Promise.all(all.map(nodeOf))),
      ...urls.map(({ fn, qualifier, url }): SharedNode => {
        const id = functionUrl(platform.address, url.id);
        const made = [`AWS::Lambda::Url ${arnOf(fn, qualifier)}`];
        return { id, kind: 'api', name: `${fn.name} URL`, made, facts: factsOf({ URL: id, Authorizer: url.authType }) };
      }),
    ],
    edges: [
      ...urls.map(({ fn, qualifier, url }) =>
        delivers(functionUrl(platform.address, url.id), arnOf(fn), qualifier === LATEST ? undefined : qualifier),
      ),
      ...all.flatMap(edgesOf),
      ...mappings.all().flatMap(edgesOfMapping),
    ],
  };
}

function arnOf({ account, region, name }: LambdaFunction, qualifier: string = LATEST): string {
  return formatFunctionArn({ account, region, name, ...(qualifier !== LATEST && { qualifier }) });
}

async function nodeOf(fn: LambdaFunction): Promise<SharedNode> {
  const { settings } = fn.latest;
  const standIn = await findStandIn(fn.latest);
  return {
    id: arnOf(fn),
    kind: 'function',
    name: fn.name,
    made: [`AWS::Lambda::Function ${fn.name}`],
    ...(standIn && { standsIn: standIn.reason }),
    facts: factsOf({
      Runtime: settings.runtime,
      Handler: settings.handler,
      Timeout: `${settings.timeout} s`,
      'Log group': settings.logGroup,
    }),
  };
}

function edgesOf(fn: LambdaFunction): MapEdge[] {
  const from = arnOf(fn);
  return [
    ...deadLetters(from, fn.latest.settings.deadLetterQueue),
    ...Object.values(fn.invokeConfigs).flatMap(({ destinations }) => edgesOfDestinations(from, destinations)),
  ];
}

function edgesOfDestinations(from: string, { OnSuccess, OnFailure }: DestinationConfig = {}): MapEdge[] {
  const success = OnSuccess?.Destination;
  return [
    ...(success === undefined ? [] : [delivers(from, success, 'on success')]),
    ...deadLetters(from, OnFailure?.Destination, 'on failure'),
  ];
}

function edgesOfMapping({ account, region, ...mapping }: Mapping): MapEdge[] {
  const to = formatFunctionArn({ account, region, name: mapping.functionName });
  const label = [
    mapping.enabled ? '' : 'disabled',
    `batches of ${mapping.batchSize}`,
    ...(mapping.filters.length > 0 ? ['filtered'] : []),
  ];
  const { sourceArn } = mapping;
  const feeds = sourceArn === undefined ? [] : [delivers(sourceArn, to, label.filter(Boolean).join(', '))];
  return [...feeds, ...edgesOfDestinations(to, mapping.stream?.DestinationConfig)];
}
