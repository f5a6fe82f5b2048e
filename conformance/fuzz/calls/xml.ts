// AWS REST-XML, which S3 speaks: as REST-JSON, but for the body, which is XML, or an object's bytes as they are.
import type { Member, ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { type Fields, isFields, isList, type Value, writeText } from '../content/value.ts';
import type { Header, HttpInput } from '../input.ts';
import { signedHeaders } from './call.ts';
import { percentEncode } from './form.ts';

export function encodeXml(model: ServiceModel, operation: string, input: Fields): HttpInput {
  const { method = 'POST', uri = '/', input: shapeName = '' } = model.operations[operation] ?? {};
  const shape = model.shapes[shapeName];
  const { members = {}, payload } = shape?.type === 'structure' ? shape : {};
  let path = uri;
  const query: string[] = [];
  const headers: Header[] = [];
  let body = '';
  for (const [name, value] of Object.entries(input)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    const wireName = member?.locationName ?? name;
    if (member?.location === 'uri') path = path.replace(new RegExp(`\\{${wireName}\\+?\\}`), () => segments(value));
    else if (member?.location === 'querystring') {
      query.push(`${percentEncode(wireName)}=${percentEncode(writeText(value))}`);
    } else if (member?.location === 'header') {
      // How long the body is, its sender knows; who says more is waited for.
      if (wireName !== 'Content-Length') headers.push([wireName, headerText(model, member, value)]);
    } else if (member?.location === 'headers' && isFields(value)) {
      for (const [key, text] of Object.entries(value)) headers.push([wireName + key, writeText(text)]);
    } else if (name === payload && member) {
      body = isFields(value) ? writeElement(model, member, { name: wireName, value }) : writeText(value);
    }
  }
  path = path.replace(/\{\w+\+?\}/g, '');
  const target = query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
  return { kind: 'http', over: 'http/1.1', method, path: target, headers: [...headers, ...signedHeaders(model)], body };
}

/** Slashes of keys stay. */
function segments(value: Value): string {
  return percentEncode(writeText(value)).replaceAll('%2F', '/');
}

function headerText(model: ServiceModel, { shape }: Member, value: Value): string {
  const isTime = model.shapes[shape]?.type === 'timestamp' && typeof value === 'number' && Math.abs(value) < 8e12;
  return isTime ? new Date(value * 1000).toUTCString() : writeText(value);
}

function writeElement(
  model: ServiceModel,
  member: Member,
  { name, value }: { readonly name: string; readonly value: Value },
): string {
  const shape = model.shapes[member.shape];
  if (shape?.type === 'list' && isList(value)) {
    const isFlat = member.flattened === true || shape.flattened === true;
    const itemName = isFlat ? name : (shape.member.locationName ?? 'member');
    const items = value.map((item) => writeElement(model, shape.member, { name: itemName, value: item })).join('');
    return isFlat ? items : `<${name}>${items}</${name}>`;
  }
  if (isFields(value)) {
    const members = shape?.type === 'structure' ? shape.members : {};
    const inside = Object.entries(value).map(([key, inner]) => {
      const own = Object.hasOwn(members, key) ? members[key] : undefined;
      return writeElement(model, own ?? { shape: '' }, { name: own?.locationName ?? key, value: inner });
    });
    return `<${name}>${inside.join('')}</${name}>`;
  }
  const isTime = shape?.type === 'timestamp' && typeof value === 'number' && Math.abs(value) < 8e12;
  return `<${name}>${escapeXml(isTime ? new Date(value * 1000).toISOString() : writeText(value))}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
