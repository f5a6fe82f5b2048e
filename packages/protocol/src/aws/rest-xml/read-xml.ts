// A request's XML as the value that a model's shape describes. Elements that the shape does not know are passed over,
// as S3 does.
import { ServiceError } from '../errors.ts';
import type { Member, ServiceModel } from '../model.ts';
import { shapeOf } from '../query/form.ts';
import { decodeBase64, parseTimestamp } from '../scalar.ts';
import type { XmlElement } from './parse-xml.ts';

/** @throws ServiceError `MalformedXML` */
export function readElement(model: ServiceModel, shapeName: string, element: XmlElement): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      const read: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const value = readMember(model, { name, member }, element);
        if (value !== undefined) read[name] = value;
      }
      return read;
    }
    case 'list':
      return element.children
        .filter((child) => localName(child.name) === (shape.member.locationName ?? 'member'))
        .map((child) => readElement(model, shape.member.shape, child));
    case 'map':
      throw new Error(`Maps are not read from XML (${shapeName} of ${model.service}).`);
    default:
      return readScalar(shape.type, element.text);
  }
}

function readMember(
  model: ServiceModel,
  { name, member }: { readonly name: string; readonly member: Member },
  { attributes, children }: XmlElement,
): unknown {
  const shape = shapeOf(model, member.shape);
  if (member.xmlAttribute) return attributes[member.locationName ?? name];
  if (shape.type === 'list' && (shape.flattened || member.flattened)) {
    const wireName = member.locationName ?? shape.member.locationName ?? name;
    const items = children.filter((child) => localName(child.name) === wireName);
    return items.length === 0 ? undefined : items.map((item) => readElement(model, shape.member.shape, item));
  }
  const wireName = member.locationName ?? name;
  const child = children.find((one) => localName(one.name) === wireName);
  return child && readElement(model, member.shape, child);
}

function readScalar(type: string, text: string): unknown {
  switch (type) {
    case 'integer':
    case 'long':
    case 'double':
    case 'float': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isNaN(number)) throw malformedXml();
      return number;
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(text.trim())) throw malformedXml();
      return text.trim().toLowerCase() === 'true';
    case 'timestamp': {
      const epochMs = parseTimestamp(text.trim());
      if (epochMs === undefined) throw malformedXml();
      return epochMs;
    }
    case 'blob': {
      const bytes = decodeBase64(text);
      if (!bytes) throw malformedXml();
      return bytes;
    }
    default:
      return text;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** S3's sentence, recorded on AWS (LocalStack, tests/aws/services/s3/test_s3). */
export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { status: 400 },
  );
}
