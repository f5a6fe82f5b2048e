// AWS REST-JSON: the input spread over path, query string, headers and body.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { type Fields, isFields, isList, type Value, writeJson, writeText } from '../content/value.ts';
import type { Header, HttpInput } from '../input.ts';
import { signedHeaders } from './call.ts';
import { percentEncode } from './form.ts';

export function encodeRest(model: ServiceModel, operation: string, input: Fields): HttpInput {
  const { method = 'POST', uri = '/', input: shapeName = '' } = model.operations[operation] ?? {};
  const shape = model.shapes[shapeName];
  const members = shape?.type === 'structure' ? shape.members : {};
  const payload = shape?.type === 'structure' ? shape.payload : undefined;
  let path = uri;
  const query: string[] = [];
  const headers: Header[] = [];
  const rest: [string, Value][] = [];
  let body: Value | undefined;
  for (const [name, value] of Object.entries(input)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    const wireName = member?.locationName ?? name;
    if (member?.location === 'uri') path = path.replace(`{${wireName}}`, () => percentEncode(writeText(value)));
    else if (member?.location === 'querystring') query.push(...writeQuery(wireName, value));
    else if (member?.location === 'header') headers.push([wireName, writeText(value)]);
    else if (name === payload) body = value;
    else rest.push([wireName, value]);
  }
  // A label that is not there leaves its place empty, as a careless client does.
  path = path.replace(/\{\w+\+?\}/g, '');
  const target = query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
  const content = body ?? (rest.length > 0 ? Object.fromEntries(rest) : undefined);
  return {
    kind: 'http',
    over: 'http/1.1',
    method,
    path: target,
    headers: [['content-type', 'application/json'], ...headers, ...signedHeaders(model)],
    body: content === undefined ? '' : typeof content === 'string' ? content : writeJson(content),
  };
}

function writeQuery(name: string, value: Value): string[] {
  const values = isList(value) ? value : isFields(value) ? Object.values(value) : [value];
  return values.map((inner) => `${percentEncode(name)}=${percentEncode(writeText(inner))}`);
}
