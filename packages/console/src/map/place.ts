// Under which name facts and the map speak of the same thing. Facts name buses, rules, functions and APIs as a person
// does, without account and region; the map has ARNs. A place is what both come to. Where two regions have a function
// of one name, they share their counts.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { machineOf } from '@earwitness/protocol/internal/journal/names';

export function busPlace(name: string): string {
  return `bus ${lastPart(name)}`;
}

export function rulePlace(bus: string, rule: string): string {
  return `rule ${lastPart(bus)}/${lastPart(rule)}`;
}

export function functionPlace(name: string): string {
  return `function ${name}`;
}

export function apiPlace(id: string): string {
  return `api ${id}`;
}

export function bucketPlace(name: string): string {
  return `bucket ${name}`;
}

export function topicPlace({ cache, topic }: { readonly cache: string; readonly topic: string }): string {
  return `momento:${cache}/${topic}`;
}

/** @param executionArn also of an Express execution */
export function machinePlace(executionArn: string): string {
  const [, start = ''] = /^((?:[^:]*:){5})/.exec(executionArn) ?? [];
  return `${start}stateMachine:${machineOf(executionArn)}`;
}

/** @param id an ARN (also of an alias, a version, a stream of changes), a URL, the id of a node */
export function placeOf(id: string): string {
  const { service = '', resource = '' } = parseArn(id) ?? {};
  const [kind = '', first = '', second] = resource.split(/[:/]/);
  switch (service) {
    case 'lambda':
      return kind === 'function' ? functionPlace(first) : id;
    case 'events': {
      if (kind === 'event-bus') return busPlace(first);
      if (kind === 'rule') return second === undefined ? rulePlace('default', first) : rulePlace(first, second);
      return id;
    }
    case 'apigateway':
      return apiPlace(lastPart(resource));
    case 's3':
      return bucketPlace(resource);
    case 'states':
      return kind === 'stateMachine' || kind === 'execution' || kind === 'express' ? machinePlace(id) : id;
    case 'dynamodb':
    case 'kinesis':
      return `${id.slice(0, id.length - resource.length)}${kind}/${first}`;
  }
  const [, url] = /^https?:\/\/.*\/lambda-url\/([^/]+)/.exec(id) ?? [];
  return url === undefined ? id : apiPlace(url);
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
