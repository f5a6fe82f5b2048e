// Message attributes: what a sender may attach, their MD5 (which every SDK recomputes and compares), and which of them
// a receiver asked for.
import { createHash, hash } from 'node:crypto';
import type { MessageAttributeValue } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { invalidParameter, refusal } from './refusals.ts';

export type Attributes = Readonly<Record<string, MessageAttributeValue>>;

/** Attributes as a queue keeps them, plain data: bytes in base64. */
export type StoredAttributes = Readonly<
  Record<string, Pick<MessageAttributeValue, 'DataType' | 'StringValue'> & { readonly BinaryBase64?: string }>
>;

export function toStored(attributes: Attributes): StoredAttributes {
  return mapValues(attributes, ({ DataType, StringValue, BinaryValue }) => ({
    DataType,
    ...(StringValue !== undefined && { StringValue }),
    ...(BinaryValue && { BinaryBase64: Buffer.from(BinaryValue).toString('base64') }),
  }));
}

export function fromStored(attributes: StoredAttributes): Attributes {
  return mapValues(attributes, ({ BinaryBase64, ...attribute }) => ({
    ...attribute,
    ...(BinaryBase64 !== undefined && { BinaryValue: Buffer.from(BinaryBase64, 'base64') }),
  }));
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

/** Attributes on one message. Source: SQS developer guide, "Amazon SQS message metadata". */
const MAX_ATTRIBUTES = 10;

/**
 * Checks attributes as SendMessage does.
 * @throws InvalidParameterValueException, UnsupportedOperation.
 */
export function checkMessageAttributes(attributes: Attributes): void {
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
}

function checkAttribute(name: string, value: MessageAttributeValue): void {
  if (!/^[\p{L}\p{N}_.-]{1,256}$/u.test(name) || /^\.|\.$|\.\./.test(name) || /^(aws|amazon)\./i.test(name)) {
    throw invalidParameter(
      `Message (user) attribute name '${name}' is invalid. It can contain A-Z, a-z, 0-9, underscore, hyphen and period, must not start or end with a period or contain two in a row, must not start with AWS. or Amazon., and can be up to 256 characters long.`,
    );
  }
  if (value.StringListValues?.length || value.BinaryListValues?.length) {
    throw refusal('UnsupportedOperation', 'Message attribute list values in SendMessage operation are not supported.');
  }
  const type = typeOf(value);
  if (type === '')
    throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`);
  if (!/^(String|Number|Binary)(\..+)?$/.test(type) || type.length > 256) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const content = isBinary(value) ? value.BinaryValue : value.StringValue;
  if (content === undefined || content.length === 0) {
    // Source: recorded on AWS (LocalStack test_send_message_with_empty_string_attribute).
    throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  }
  if (!isBinary(value) && !hasOnlyCharacters(value.StringValue ?? '')) {
    throw invalidParameter(
      `Message (user) attribute '${name}' has a value with invalid characters. ${VALID_CHARACTERS}`,
    );
  }
  if (type.startsWith('Number') && !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(value.StringValue ?? '')) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** The end of SQS's sentences about text that is not XML's. */
export const VALID_CHARACTERS =
  'Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';

/** Whether a text has nothing but the characters that SQS takes in bodies and attributes. */
export function hasOnlyCharacters(text: string): boolean {
  // Outside the u flag's reach: a lone surrogate half is not a character.
  return /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text);
}

function isBinary(value: MessageAttributeValue): boolean {
  return typeOf(value).startsWith('Binary');
}

// The model requires a type; SQS says so for each message by itself, so that a batch is measured before that.
function typeOf(value: Partial<MessageAttributeValue>): string {
  return value.DataType ?? '';
}

/** Bytes that attributes add to a message's size: names, types and values. */
export function attributesSizeBytes(attributes: Attributes): number {
  let size = 0;
  for (const [name, value] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(typeOf(value));
    size += isBinary(value) ? (value.BinaryValue?.length ?? 0) : Buffer.byteLength(value.StringValue ?? '');
  }
  return size;
}

export function md5Hex(text: string): string {
  return hash('md5', text, 'hex');
}

/**
 * MD5 of attributes in hexadecimal: by name, each of name, type and value with its length before it (4 bytes), and a
 * byte that says how the value travels (1 text, 2 binary). `undefined` when there are none.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: Attributes): string | undefined {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  const md5 = createHash('md5');
  const add = (part: string | Uint8Array) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    md5.update(length).update(bytes);
  };
  for (const [name, value] of entries) {
    add(name);
    add(typeOf(value));
    md5.update(Buffer.of(isBinary(value) ? 2 : 1));
    add(isBinary(value) ? (value.BinaryValue ?? new Uint8Array()) : (value.StringValue ?? ''));
  }
  return md5.digest('hex');
}

/**
 * The attributes that a receiver named: `All`, `.*`, `*`, exact names, and `prefix.*` (the text before `.*` is the
 * prefix).
 */
export function selectAttributes(attributes: Attributes, names: readonly string[]): Attributes {
  if (names.some((name) => name === 'All' || name === '.*' || name === '*')) return attributes;
  const prefixes = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) => names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
    ),
  );
}
