// A service's part of the map: its resources, and the arrows that it declares. What an arrow leads to may be another
// service's, so it is named by its ARN alone.

import type { CloudMap, MapEdge, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';

export interface MapShare extends CloudMap {
  readonly nodes: readonly SharedNode[];
}

export interface SharedNode extends MapNode {
  /** By which a stack may know it: a resource type and what `Ref` returns, `AWS::SQS::Queue http://…/orders`. */
  readonly made: readonly string[];
}

/** An arrow along which events are delivered. */
export function delivers(from: string, to: string, label?: string): MapEdge {
  return { from, to, kind: 'delivers', ...(label !== undefined && { label }) };
}

/** The arrows along which what could not be delivered goes; none where nothing is named. */
export function deadLetters(from: string, to: string | undefined, label?: string): readonly MapEdge[] {
  return to === undefined ? [] : [{ from, to, kind: 'dead letters', ...(label !== undefined && { label }) }];
}

/** Facts of those that have a value. */
export function factsOf(values: Readonly<Record<string, string | number | undefined>>): MapNode['facts'] {
  return Object.entries(values).flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, String(value)] as const],
  );
}

/** The resource behind an ARN that says more: a function's alias, a table's stream, a consumer of a stream. */
export function resourceOf(arn: string): string {
  const { service, resource } = parseArn(arn) ?? {};
  const pattern = service === undefined ? undefined : LONGER[service];
  const [whole] = (resource !== undefined && pattern?.exec(resource)) || [];
  return whole === undefined || resource === undefined ? arn : arn.slice(0, arn.length - resource.length) + whole;
}

const LONGER: Readonly<Record<string, RegExp>> = {
  lambda: /^function:[^:]+/,
  states: /^stateMachine:[^:/]+/,
  dynamodb: /^table\/[^/]+/,
  kinesis: /^stream\/[^/]+/,
};

/**
 * What a call leads to, by its parameters, as far as they name it: tasks of state machines, integrations of APIs and
 * universal targets of schedules have it in these words.
 * @param at where a bare name is meant
 */
export function calledBy(parameters: unknown, at: { readonly account: string; readonly region: string }): string[] {
  if (typeof parameters !== 'object' || parameters === null) return [];
  const found: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (/^entries$/i.test(name) && Array.isArray(value)) found.push(...value.flatMap((entry) => calledBy(entry, at)));
    if (typeof value !== 'string' || !/^[\w:/.+-]+$/.test(value)) continue;
    const place = CALLED[name.charAt(0).toUpperCase() + name.slice(1)];
    if (value.startsWith('arn:') && (place || /Arn$/i.test(name))) found.push(resourceOf(value));
    else if (place) found.push(formatArn({ ...at, ...place(value) }));
  }
  return found.filter((arn) => !NO_PLACE.has(parseArn(arn)?.service ?? ''));
}

// A role, a key or a secret beside the parameters is nothing that an event goes to.
const NO_PLACE = new Set(['iam', 'kms', 'secretsmanager', '']);

type Place = (value: string) => { readonly service: string; readonly resource: string; readonly account?: string };

const CALLED: Readonly<Record<string, Place>> = {
  FunctionName: (name) => ({ service: 'lambda', resource: `function:${name.split(':')[0]}` }),
  EventBusName: (name) => ({ service: 'events', resource: `event-bus/${name}` }),
  TableName: (name) => ({ service: 'dynamodb', resource: `table/${name}` }),
  StreamName: (name) => ({ service: 'kinesis', resource: `stream/${name}` }),
  QueueUrl(url) {
    const [account, name = url] = url.split('/').slice(-2);
    return {
      service: 'sqs',
      resource: name,
      ...(/^\d{12}$/.test(account ?? '') && account !== undefined && { account }),
    };
  },
  StateMachineArn: (name) => ({ service: 'states', resource: `stateMachine:${name}` }),
  TopicArn: (name) => ({ service: 'sns', resource: name }),
};
