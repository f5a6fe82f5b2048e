// What is sent to the cloud, once. An input stands for itself: it can be written down as JSON, kept and sent again. What only the
// running cloud knows (ports, ids) stands in it as a reference, `REFapiREF`, which the world fills in when the input is sent.

export type Body = string | Uint8Array;

/** A header as it is sent; a name may come more than once. */
export type Header = readonly [name: string, value: string];

/** A request that an HTTP client can send. */
export interface HttpInput {
  readonly kind: 'http';
  readonly over: 'http/1.1' | 'h2c' | 'https' | 'h2';
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Body;
  /** The answer may never end (a subscription, a stream, a long poll): its first bytes are enough. */
  readonly open?: true;
}

/** Bytes that no client would send. They are written one chunk after the other; a connection that then stays quiet is closed. */
export interface BytesInput {
  readonly kind: 'bytes';
  readonly port: 'plain' | 'tls';
  /** The bytes go through a TLS connection, whose handshake is as it should be. */
  readonly secure: boolean;
  readonly chunks: readonly Body[];
}

export type Input = HttpInput | BytesInput;

const REFERENCE = /REF([A-Za-z]+)REF/g;

/** What stands for something that the running cloud knows: `ref('api')`. */
export function ref(name: string): string {
  return `REF${name}REF`;
}

/** The input with every reference filled in. References that the world does not know stay as they are. */
export function fillIn(input: Input, references: ReadonlyMap<string, string>): Input {
  const fill = (text: string) =>
    text.includes('REF') ? text.replace(REFERENCE, (whole, name: string) => references.get(name) ?? whole) : text;
  const fillBody = (body: Body) => (typeof body === 'string' ? fill(body) : body);
  if (input.kind === 'bytes') return { ...input, chunks: input.chunks.map(fillBody) };
  return {
    ...input,
    path: fill(input.path),
    headers: input.headers.map(([name, value]) => [name, fill(value)]),
    body: fillBody(input.body),
  };
}

/** An input as JSON: bodies of bytes are written as `{ "base64": … }`. */
export function writeInput(input: Input): string {
  const write = (body: Body) => (typeof body === 'string' ? body : { base64: Buffer.from(body).toString('base64') });
  return JSON.stringify(
    input.kind === 'bytes' ? { ...input, chunks: input.chunks.map(write) } : { ...input, body: write(input.body) },
  );
}

/** @param value what JSON.parse gave for an input of `writeInput` */
export function parseInput(value: unknown): Input {
  return reviveBytes(value) as Input;
}

function reviveBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reviveBytes);
  if (value === null || typeof value !== 'object') return value;
  if ('base64' in value) return new Uint8Array(Buffer.from(String(value.base64), 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reviveBytes(inner)]));
}
