// What stands in messages: text. A message is a head, one line of JSON that says what it is, and then, in the lines
// after it, a value as JSON, which is parsed when somebody asks for it.
import { createHash } from 'node:crypto';

/** Ours: the longest name, in bytes, that stands in a subject as it is. NATS takes subjects of a few hundred. */
const MAX_NAME_BYTES = 90;

/** @throws TypeError for what JSON has no text for. */
export function toText(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`The backbone takes plain data (JSON), not ${typeof value}.`);
  return text;
}

/** Parses what `toText` made of a `Value`, and freezes it in depth. */
export function fromText<Value>(text: string): Value {
  const value = JSON.parse(text);
  freeze(value);
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

/** A message's bytes. */
export function packMessage(head: unknown, text = ''): Uint8Array {
  return Buffer.from(`${toText(head)}\n${text}`);
}

/** What `packMessage` was given. The text is a copy: nothing of the message's memory is kept. */
export function unpackMessage<Head>(data: Uint8Array): { readonly head: Head; readonly text: string } {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = bytes.indexOf('\n');
  return { head: JSON.parse(bytes.toString('utf8', 0, end)), text: bytes.toString('utf8', end + 1) };
}

/** A token of a subject for any name: other names, other tokens. */
export function tokenOf(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length === 0) return '=';
  if (bytes.length <= MAX_NAME_BYTES) return bytes.toString('base64url');
  return `=${createHash('sha256').update(bytes).digest('base64url')}`;
}
