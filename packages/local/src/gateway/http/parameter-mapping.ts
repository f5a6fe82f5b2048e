// Parameter mapping of HTTP APIs: what becomes of a request before its integration gets it, and of an answer before the
// caller does. Source: API Gateway developer guide, "Transform API requests and responses for HTTP APIs".
import { ownEntry } from '../../own-entry.ts';
import type { GatewayAnswer } from '../answer.ts';
import type { ParameterMapping } from '../deployed-stage.ts';
import { type GatewayRequest, parseQuery } from '../request.ts';
import { type MatchedRequest, parameterValue } from '../services/parameter-value.ts';
import { answerPart } from './answer-part.ts';

const REQUEST = /^((append|overwrite|remove):(header|querystring)\.\S+|overwrite:path)$/;
const RESPONSE = /^((append|overwrite|remove):header\.\S+|overwrite:statuscode)$/;
/** Source: the same page, "Reserved headers". */
const RESERVED =
  /^(access-control-|apigw-|x-amz-|x-amzn-|proxy-|(authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|te|trailers|transfer-encoding|upgrade|x-forwarded-(for|host|proto)|via)$)/i;

/** Why AWS refuses a mapping; `undefined` when it takes it. */
export function findMappingProblem({ request, responses }: ParameterMapping): string | undefined {
  const all = [
    ...Object.keys(request).map((key) => [key, REQUEST] as const),
    ...Object.values(responses).flatMap((mapped) => Object.keys(mapped).map((key) => [key, RESPONSE] as const)),
  ];
  const wrong = all.find(([key, form]) => !form.test(key))?.[0];
  if (wrong !== undefined) return `Invalid mapping expression specified: ${wrong}`;
  const reserved = all.map(([key]) => /:header\.(.+)$/.exec(key)?.[1]).find((name = '') => RESERVED.test(name));
  return reserved === undefined ? undefined : `Operations on header ${reserved} are restricted`;
}

type Change = readonly [operation: string, place: string, name: string, source: string];

function changesOf(mapped: Readonly<Record<string, string>>): Change[] {
  return Object.entries(mapped).map(([key, source]) => {
    const [, operation = '', place = '', name = ''] = /^(\w+):(\w+)\.?(.*)$/s.exec(key) ?? [];
    return [operation, place, name, source];
  });
}

/** The request as its integration gets it; `path` where the mapping has one. */
export function mapRequest(
  { request: mapped }: ParameterMapping,
  matched: MatchedRequest,
): { readonly request: GatewayRequest; readonly path?: string } {
  const { request } = matched;
  let headers = request.headers;
  const query = parseQuery(request.query);
  let path: string | undefined;
  for (const [operation, place, name, source] of changesOf(mapped)) {
    const value = operation === 'remove' ? undefined : parameterValue(source, matched);
    if (operation !== 'remove' && value === undefined) continue;
    if (place === 'path') path = value;
    else if (place === 'header') headers = changed(headers, operation, [name, value]);
    else if (value === undefined) query.delete(name);
    else query.set(name, [...(operation === 'append' ? (query.get(name) ?? []) : []), value]);
  }
  const pairs = [...query].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
  const isQueryMapped = Object.keys(mapped).some((key) => key.includes(':querystring.'));
  const sent = isQueryMapped ? new URLSearchParams(pairs).toString() : request.query;
  return { request: { ...request, headers, query: sent }, ...(path !== undefined && { path }) };
}

/** The answer of an integration as the caller gets it. */
export function mapAnswer(
  { responses }: ParameterMapping,
  answer: GatewayAnswer,
  matched: MatchedRequest,
): GatewayAnswer {
  const mapped = ownEntry(responses, String(answer.status));
  if (!mapped) return answer;
  let { headers, status } = answer;
  for (const [operation, place, name, source] of changesOf(mapped)) {
    const value = operation === 'remove' ? undefined : (answerValue(source, answer) ?? parameterValue(source, matched));
    if (operation !== 'remove' && value === undefined) continue;
    if (place === 'statuscode') status = statusOf(value) ?? status;
    else headers = changed(headers, operation, [name, value]);
  }
  return { ...answer, headers, status };
}

function statusOf(value: string | undefined): number | undefined {
  return value !== undefined && /^[2-5]\d\d$/.test(value) ? Number(value) : undefined;
}

type Headers = GatewayAnswer['headers'];

function changed(headers: Headers, operation: string, [name, value]: readonly [string, string | undefined]): Headers {
  const others = operation === 'append' ? headers : headers.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  return value === undefined ? others : [...others, [name, value]];
}

/** `$response.header.name`, `$response.body.id` */
function answerValue(source: string, answer: GatewayAnswer): string | undefined {
  const [, place, name = ''] = /^\$\{?response\.(header|body)\.?([^}]*)\}?$/s.exec(source) ?? [];
  return place === undefined ? undefined : answerPart(place, name, answer);
}
