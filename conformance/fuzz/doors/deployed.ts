// What callers of deployed APIs and function URLs send: the function behind them answers the body that it got, so that the reading
// of functions' answers is fuzzed with it.
import { gzipSync } from 'node:zlib';
import { headerText, mutateBytes } from '../calls/mutate-request.ts';
import { mutate } from '../content/mutate.ts';
import { oddText, plainText } from '../content/text.ts';
import { type Value, writeJson } from '../content/value.ts';
import { type Body, type Header, type HttpInput, ref } from '../input.ts';
import type { Random } from '../prng.ts';
import type { Door } from './door.ts';

const BASES = [
  `/_aws/execute-api/${ref('restApi')}/prod`,
  `/restapis/${ref('restApi')}/prod/_user_request_`,
  `/_aws/execute-api/${ref('httpApi')}`,
  `/_aws/execute-api/${ref('httpApi')}/$default`,
  `/_aws/lambda-url/${ref('url')}`,
  `/_aws/execute-api/none/prod`,
  `/_aws/lambda-url/none`,
];

const PATHS = [
  '',
  '/',
  '/orders/1',
  '/orders/%E7%8C%AB',
  '/a/b/c',
  '//',
  '/orders/',
  '/%zz',
  '/%00',
  '/..',
  '/../x',
  '/a%2Fb',
  '/.',
  '/{id}',
  '/orders/;a=b',
  '/é',
];
const QUERIES = [
  '',
  '?a=1',
  '?a=1&a=2',
  '?a',
  '?=',
  '?a[]=1&b[c]=2',
  '?%zz',
  '?a=%00',
  '?__proto__=1&constructor=2',
  `?${'a=1&'.repeat(500)}`,
  '?a=+%20+',
  '??',
  '?a=%E7%8C',
];

/** Names of headers that mean something to the connection, to HTTP/2 or to JavaScript. */
const ANSWER_HEADERS = [
  ...[
    'x-a',
    'x-a',
    'Content-Type',
    'content-length',
    'transfer-encoding',
    'connection',
    'keep-alive',
    'upgrade',
    'te',
    'trailer',
  ],
  ...[
    'proxy-connection',
    'http2-settings',
    'host',
    'date',
    'etag',
    'location',
    'age',
    'www-authenticate',
    '__proto__',
    'constructor',
  ],
  ...[
    'x-amzn-requestid',
    ':status',
    'a b',
    '',
    'é',
    'set-cookie',
    'access-control-allow-origin',
    'content-encoding',
    'retry-after',
  ],
];

/** What a function may answer, as API Gateway reads it. */
function answer(random: Random): Value {
  return {
    statusCode: random.pick<Value>([200, 201, 204, 304, 404, '200', 500, 100, 199, 600, 999, 0, -1, 200.5, 'x']),
    headers: {
      'content-type': 'text/plain',
      [random.pick(ANSWER_HEADERS)]: random.pick(['b', 'é', 'a\nb', '', 'a\0b', '5']),
    },
    ...(random.chance(0.3) && {
      multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'], [random.pick(ANSWER_HEADERS)]: [1, true] },
    }),
    ...(random.chance(0.3) && { cookies: ['a=1', 'b=é', ''] }),
    body: random.pick<Value>(['text', '', 'aGk=', { a: 1 }, null, 5]),
    isBase64Encoded: random.pick<Value>([true, false, 'true', null]),
  };
}

function body(random: Random): Body {
  const choice = random.fraction();
  if (choice < 0.3) return writeJson(answer(random));
  if (choice < 0.7) return writeJson(mutate(random, answer(random)));
  if (choice < 0.8) return oddText(random);
  if (choice < 0.9) return mutateBytes(random, writeJson(answer(random)));
  return gzipSync(plainText(random));
}

const HEADERS: readonly Header[] = [
  ['content-type', 'application/json'],
  ['content-type', 'image/png'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-encoding', 'gzip'],
  ['cookie', 'a=1; b=2; =; ;'],
  ['origin', 'https://a.example'],
  ['access-control-request-method', 'PUT'],
  ['access-control-request-headers', 'x-a, x-b'],
  ['x-forwarded-for', '1.2.3.4, 5.6.7.8'],
  ['x-amzn-trace-id', 'Root=1-0-0'],
  ['authorization', 'Bearer x'],
  ['expect', '100-continue'],
  ['accept', 'image/png'],
];

export const deployedDoor: Door = {
  name: 'deployed APIs',
  weight: 6,
  make(random): HttpInput {
    const method = random.pick([
      'GET',
      'POST',
      'POST',
      'POST',
      'PUT',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'PATCH',
      'PROPFIND',
    ]);
    const extra: Header[] = random.chance(0.15)
      ? [
          [
            random.pick(['x-a', 'constructor', '__proto__', 'toString', 'X-A', 'forwarded']),
            headerText(oddText(random)),
          ],
        ]
      : [];
    const viaHost = random.chance(0.06);
    const host: Header[] = viaHost
      ? [['host', `${random.pick([ref('restApi'), ref('httpApi'), 'none'])}.execute-api.us-east-1.amazonaws.com`]]
      : [];
    return {
      kind: 'http',
      over: random.pick(['http/1.1', 'http/1.1', 'http/1.1', 'https', 'h2', 'h2c']),
      method,
      path:
        `${viaHost ? random.pick(['/prod', '']) : random.pick(BASES)}${random.pick(PATHS)}${random.pick(QUERIES)}` ||
        '/',
      headers: [...host, ...random.some(HEADERS, 0.15), ...extra],
      body: method === 'GET' || method === 'HEAD' ? '' : body(random),
    };
  },
};
