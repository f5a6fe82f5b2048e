// One thing about a request that is not its content: headers, path, method, the way the body is sent.
import { gzipSync } from 'node:zlib';
import { oddText } from '../content/text.ts';
import type { Body, Header, HttpInput } from '../input.ts';
import type { Random } from '../prng.ts';

const CONTENT_TYPES = [
  ...[
    '',
    'text/plain',
    'application/json',
    'application/x-amz-json-1.0',
    'application/x-amz-json-1.1',
    'application/cbor',
    'application/octet-stream',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=latin1',
    'multipart/form-data; boundary=x',
    'application/xml',
  ],
  ...[
    'application/x-amz-json-99.9',
    'APPLICATION/JSON',
    'application/json; charset=utf-16',
    'application/grpc-web-text',
    'a',
    '/',
  ],
];
const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'POST', 'TRACE', 'PROPFIND', 'post'];
const SERVICES = [
  'events',
  'sqs',
  'sns',
  'lambda',
  'apigateway',
  'cloudformation',
  'secretsmanager',
  'iam',
  'sts',
  'logs',
  'ssm',
  'kms',
  'states',
  's3',
  'dynamodb',
  '',
  '*',
  '__proto__',
];
const HEADERS: readonly Header[] = [
  ['x-amzn-query-mode', 'true'],
  ['x-amzn-trace-id', 'Root=1-67891233-abcdef012345678912345678;Sampled=1'],
  ['x-amzn-trace-id', 'Root=;;=;'],
  ['x-amz-security-token', 'none'],
  ['x-http-method-override', 'DELETE'],
  ['constructor', 'x'],
  ['__proto__', 'x'],
  ['accept-encoding', 'gzip, br, zstd'],
  ['expect', '100-continue'],
  ['range', 'bytes=0-1'],
  ['if-none-match', '*'],
  ['te', 'trailers'],
  ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ['x-amz-region-set', '*'],
  ['cookie', `${'a=b; '.repeat(200)}__proto__=1`],
];

export function mutateRequest(random: Random, request: HttpInput): HttpInput {
  const { headers, path, body } = request;
  const replaceHeader = (name: string, value: string): HttpInput => ({
    ...request,
    headers: headers.map(([given, kept]) => [given, given === name ? value : kept]),
  });
  const authorization = headers.find(([name]) => name === 'authorization')?.[1] ?? '';
  const dropped = headers.length > 0 ? random.pick(headers) : undefined;
  return random.pick<() => HttpInput>([
    () => replaceHeader('content-type', random.pick(CONTENT_TYPES)),
    () => replaceHeader('authorization', authorization.replace(/[a-z]+(?=\/aws4_request)/, random.pick(SERVICES))),
    () =>
      replaceHeader(
        'authorization',
        authorization.replace('us-east-1', random.pick(['eu-west-1', '', '*', 'us-east-1-lax', '__proto__'])),
      ),
    () =>
      replaceHeader(
        'authorization',
        authorization.replace(
          'Credential=test',
          `Credential=${random.pick(['111122223333', 'ASIAXXXXXXXXXXXXXXXX', '', 'AKIA0', '99999999999999'])}`,
        ),
      ),
    () => replaceHeader('authorization', headerText(oddText(random))),
    () => ({ ...request, headers: headers.filter((header) => header !== dropped) }),
    () => ({ ...request, headers: dropped ? [...headers, dropped] : headers }),
    () => ({ ...request, headers: [...headers, random.pick(HEADERS)] }),
    () =>
      replaceHeader(
        'x-amz-target',
        random.pick([
          '',
          '.',
          'AWSEvents.',
          '.PutEvents',
          'AWSEvents.constructor',
          'AWSEvents.__proto__',
          'a.b.c',
          'AmazonSQS.SendMessage',
        ]),
      ),
    () => ({ ...request, method: random.pick(METHODS) }),
    () => ({
      ...request,
      path: random.pick([
        `/${path}`,
        `${path}/`,
        `${path}?`,
        `${path}&x=%zz`,
        `${path}#a`,
        `${path}?a=b&a=c`,
        path.slice(0, -1) || '/',
        `${path}/%00`,
        `http://127.0.0.1${path}`,
        '*',
        '/?Action=ListQueues&Version=2012-11-05',
      ]),
    }),
    () => ({ ...request, path: path.toUpperCase() }),
    () => ({ ...request, headers: [...headers, ['content-encoding', 'gzip']], body: gzipSync(Buffer.from(body)) }),
    () => ({
      ...request,
      headers: [...headers, ['content-encoding', random.pick(['gzip', 'aws-chunked', 'br', 'deflate', 'x'])]],
    }),
    () => ({ ...request, headers: [...headers, ['transfer-encoding', 'chunked']] }),
    () => ({ ...request, body: mutateBytes(random, body) }),
    () => ({ ...request, body: mutateBytes(random, body) }),
    () => ({ ...request, over: random.pick(['https', 'h2', 'h2c'] as const) }),
  ])();
}

/** Header values hold no line ends and nothing above a byte. */
export function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 6000);
}

export function mutateBytes(random: Random, body: Body): Body {
  const bytes = Buffer.from(body);
  const at = random.whole(0, bytes.length);
  return random.pick<() => Body>([
    () => bytes.subarray(0, at),
    () => '',
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from(random.bytes(random.whole(1, 4))), bytes.subarray(at)]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.from(bytes.toString('utf8'), 'utf16le'),
    () => random.bytes(random.whole(0, 300)),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  ])();
}
