// An operation's output as XML, along a model's shapes. Lists are <Tags><member>…</member></Tags>, flattened: one <Tag>
// after another; maps are <entry><key/><value/></entry>; timestamps ISO 8601, blobs base64.
import type { Member, ServiceModel } from '../model.ts';
import { encodeBase64, formatIsoTimestamp } from '../scalar.ts';
import { shapeOf, wireName } from './form.ts';

/** One element with what is in it; `content` is XML already. */
export function element(name: string, content: string, attributes = ''): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

/** Text as it may stand between tags. */
export function escapeXml(text: string): string {
  return text.replace(UNSAFE, (sign) => ESCAPES[sign] ?? '\uFFFD');
}

// XML 1.0 has no way to write most control characters, not even as references: they become U+FFFD, as parsers would
// fail on them. A carriage return must be a reference, or parsers read it as a line feed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get out
const UNSAFE = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** The elements of a structure's members, in the model's order. Members that are not there are left out. */
export function writeMembers(model: ServiceModel, shapeName: string, value: unknown): string {
  const shape = shapeOf(model, shapeName);
  if (shape.type !== 'structure') throw new Error(`${shapeName} of ${model.service} is not a structure.`);
  const record = value as Readonly<Record<string, unknown>>;
  let xml = '';
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = record[name];
    if (inner !== undefined && inner !== null && member.location === undefined && !member.xmlAttribute)
      xml += writeValue(model, member, inner, wireName(model, name, member));
  }
  return xml;
}

/** S3's grantees alone have one: `xsi:type`. */
function attributesOf(members: Readonly<Record<string, Member>>, value: unknown): string {
  const record = value as Readonly<Record<string, unknown>>;
  return Object.entries(members)
    .filter(([name, { xmlAttribute }]) => xmlAttribute && record[name] !== undefined)
    .map(([name, { locationName = name }]) => {
      const [prefix] = locationName.split(':');
      return ` xmlns:${prefix}="http://www.w3.org/2001/XMLSchema-instance" ${locationName}="${escapeXml(String(record[name]))}"`;
    })
    .join('');
}

function writeValue(model: ServiceModel, member: Member, value: unknown, name: string): string {
  const { shape: shapeName, flattened: isFlattened = false } = member;
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure':
      return element(name, writeMembers(model, shapeName, value), attributesOf(shape.members, value));
    case 'list': {
      const isFlat = shape.flattened || isFlattened;
      const itemName = isFlat ? name : (shape.member.locationName ?? 'member');
      const items = (value as readonly unknown[])
        .map((item) => writeValue(model, shape.member, item, itemName))
        .join('');
      return isFlat ? items : element(name, items);
    }
    case 'map': {
      const entries = Object.entries(value as Readonly<Record<string, unknown>>)
        .map(([key, inner]) =>
          element(
            shape.flattened ? name : 'entry',
            element(shape.key.locationName ?? 'key', escapeXml(key)) +
              writeValue(model, shape.value, inner, shape.value.locationName ?? 'value'),
          ),
        )
        .join('');
      return shape.flattened ? entries : element(name, entries);
    }
    case 'timestamp':
      return element(name, formatIsoTimestamp(Number(value)));
    case 'blob':
      return element(name, encodeBase64(value as Uint8Array));
    default:
      return element(name, escapeXml(String(value)));
  }
}
