// What the tests of S3 share: requests as no SDK writes them, and URLs that are signed by hand.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  /** As it goes out: nothing of it is normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One request over a connection of its own. */
export function ask(url: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Headers of a request that the account signed. */
export const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
};

/** The content of the first element of that name in an answer. */
export function elementOf(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

export const newBucketName = () => `b-${randomUUID()}`;

/** How long an operation takes that a person waits for, in milliseconds. */
export async function durationOf(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface Presigned {
  readonly method: string;
  /** `127.0.0.1:4566` */
  readonly host: string;
  /** Percent-encoded, without a query string. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly expiresSeconds: number;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Signed beside `host`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Path and query string of a URL with a signature of version 4.
 * Source: S3 API reference, "Authenticating Requests: Using Query Parameters".
 */
export function presignV4({ accessKeyId, secretAccessKey, region }: Signer, asked: Presigned): string {
  const { method, host, path, at, expiresSeconds, parameters = {}, headers = {} } = asked;
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const signed = Object.entries({ host, ...headers }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const query = Object.entries({
    ...parameters,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': names,
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = [method, path, query, lines, names, 'UNSIGNED-PAYLOAD'].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  return `${path}?${query}&X-Amz-Signature=${signatureV4({ secretAccessKey, region, day }, toSign)}`;
}

/** The signature of a text, in hex. */
export function signatureV4(
  { secretAccessKey, region, day }: Pick<Signer, 'secretAccessKey' | 'region'> & { readonly day: string },
  text: string,
): string {
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The same of version 2, as `aws s3 presign` of 1.45 still writes it. `expiresAt`: epoch seconds. */
export function presignV2(
  { accessKeyId, secretAccessKey }: Signer,
  { method, path, expiresAt }: { readonly method: string; readonly path: string; readonly expiresAt: number },
): string {
  const toSign = `${method}\n\n\n${expiresAt}\n${path}`;
  const signature = createHmac('sha1', secretAccessKey).update(toSign).digest('base64');
  return `${path}?AWSAccessKeyId=${encode(accessKeyId)}&Signature=${encode(signature)}&Expires=${expiresAt}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A form as a browser sends it: fields in their order, the file last. */
export function formOf(fields: readonly (readonly [name: string, value: string])[], file: string) {
  const boundary = 'a-boundary-of-forms';
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const last =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="hello.txt"\r\n` +
    `Content-Type: text/plain\r\n\r\n${file}\r\n--${boundary}--\r\n`;
  const body = Buffer.from(parts.join('') + last);
  return {
    body,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(body.length) },
  };
}
