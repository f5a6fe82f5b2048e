// Attributes of messages: their types, their sentences, their size, and the form in which they travel. Source: recorded
// on AWS (LocalStack, tests/aws/services/sns, test_publish_…message_attribute…).
import type { MessageAttributeValue } from '@earwitness/protocol/internal/aws/models/sns.types';
import { badAttribute } from '../refusals.ts';
import type { MessageAttribute } from './message.ts';

type Given = Readonly<Record<string, MessageAttributeValue>>;

/** @throws ParameterValueInvalid */
export function parseMessageAttributes(given: Given): Readonly<Record<string, MessageAttribute>> {
  const parsed: [string, MessageAttribute][] = [];
  for (const [name, value] of Object.entries(given)) parsed.push([name, parseAttribute(name, value)]);
  return Object.fromEntries(parsed);
}

function parseAttribute(
  name: string,
  { DataType: type, StringValue: text, BinaryValue: bytes }: MessageAttributeValue,
) {
  if (Buffer.byteLength(name) > 256)
    throw badAttribute('Length of message attribute name must be less than 256 bytes.');
  if (!/^[\w.-]+$/.test(name) || /^\.|\.$|\.\.|^(aws|amazon)\./i.test(name)) {
    throw badAttribute(
      `Invalid non-alphanumeric character was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  const base = /^(String|Number|Binary)(?:\..+)?$/.exec(type)?.[1];
  if (base === undefined) {
    throw badAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const field = base === 'Binary' ? 'Binary' : 'String';
  const value = field === 'Binary' ? bytes : text;
  if (value === undefined && (bytes !== undefined || text !== undefined)) {
    throw badAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (value === undefined || value.length === 0) {
    throw badAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (base === 'Number' && !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(String(value))) {
    throw badAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  return { type, value: typeof value === 'string' ? value : Buffer.from(value).toString('base64') };
}

/**
 * Bytes that attributes add to a message: names, types and values. Source: SNS developer guide, "Message attributes".
 */
export function attributesSizeBytes(attributes: Readonly<Record<string, MessageAttribute>>): number {
  let size = 0;
  for (const [name, { type, value }] of Object.entries(attributes)) {
    const bytes = type.startsWith('Binary') ? Buffer.byteLength(value, 'base64') : Buffer.byteLength(value);
    size += Buffer.byteLength(name) + Buffer.byteLength(type) + bytes;
  }
  return size;
}
