// The admin API, and the guard before every door: what a web page or a foreign name would send.
import { mutateBytes } from '../calls/mutate-request.ts';
import { oddText } from '../content/text.ts';
import { type Header, type HttpInput, ref } from '../input.ts';
import type { Random } from '../prng.ts';
import { jsonDoor, queryDoor } from './aws.ts';
import type { Door } from './door.ts';
import { topicsDoor } from './momento.ts';

const NUMBERS = [
  '0',
  '1',
  '10',
  '999999999',
  '-1',
  'x',
  '',
  '1e3',
  '999999999999999',
  '9999999999999999999',
  '%zz',
  '0x10',
];
const ROUTES = [
  'health',
  'env',
  'journal',
  'journal',
  'clock',
  'clock/advance',
  'clock/advance',
  'none',
  '',
  '../health',
  'journal/stream',
  '%2e%2e',
  'health/',
  'HEALTH',
];
/** Hours and a day: much is due then; the years of the last ones are refused, or nobody's wish. */
const MOVES = [
  '{"ms":0}',
  '{"ms":1}',
  '{"ms":60000}',
  '{"ms":3600000}',
  '{"ms":-1}',
  '{"ms":1e400}',
  '{"ms":"1"}',
  '{"ms":null}',
  '{"ms":NaN}',
  '[]',
  'null',
  '',
  '{',
  '{"ms":0.5}',
  '{"__proto__":{"ms":1}}',
];

export const adminDoor: Door = {
  name: 'admin API',
  weight: 2,
  make(random): HttpInput {
    const route = random.pick(ROUTES);
    const isWrite = route === 'clock/advance';
    const query = random.chance(0.5) ? `?after=${random.pick(NUMBERS)}&limit=${random.pick(NUMBERS)}` : '';
    // A reset takes the world away, so it comes seldom.
    const isReset = random.chance(0.01);
    const body = random.chance(0.8) ? random.pick(MOVES) : mutateBytes(random, random.pick(MOVES));
    return {
      kind: 'http',
      over: random.pick(['http/1.1', 'https', 'h2c', 'h2']),
      method: isReset || isWrite ? 'POST' : random.pick(['GET', 'GET', 'GET', 'POST', 'PUT', 'HEAD']),
      path: `/_earwitness/${isReset ? 'reset' : route}${query}`,
      headers: random.chance(0.9)
        ? [
            ['x-earwitness', '1'],
            ['content-type', 'application/json'],
          ]
        : [],
      body: isWrite ? body : '',
      ...(route === 'journal/stream' && { open: true }),
    };
  },
};

const FOREIGN: readonly (readonly Header[])[] = [
  [['host', 'evil.example']],
  [['host', `evil.example:${ref('port')}`]],
  [['host', '']],
  [['host', '127.0.0.1.evil.example']],
  [['host', 'localhost.evil.example']],
  [['host', '[::1]']],
  [['host', '127.0.0.1:99999']],
  [['host', 'a'.repeat(5000)]],
  [['host', 'evil.example/..']],
  [['host', 'fuzz.execute-api.us-east-1.amazonaws.com']],
  [
    ['host', '127.0.0.1'],
    ['host', 'evil.example'],
  ],
  [['origin', 'https://evil.example']],
  [['origin', 'null']],
  [['origin', '']],
  [['origin', 'http://localhost.evil.example']],
  [['origin', 'http://127.0.0.1@evil.example']],
  [['origin', `http://127.0.0.1:${ref('port')}`]],
  [['origin', 'x'.repeat(5000)]],
  [['origin', 'https://évil.example']],
  [['sec-fetch-site', 'cross-site']],
  [
    ['sec-fetch-site', 'same-site'],
    ['sec-fetch-mode', 'no-cors'],
  ],
  [['sec-fetch-site', '']],
  [
    ['origin', 'https://evil.example'],
    ['access-control-request-method', 'POST'],
    ['access-control-request-headers', 'x-amz-target, x-grpc-web'],
  ],
];

export const guardDoor: Door = {
  name: 'guard',
  weight: 3,
  make(random: Random) {
    const input = random.pick([jsonDoor, queryDoor, adminDoor, topicsDoor]).make(random);
    if (input.kind !== 'http') return input;
    const foreign = random.pick(FOREIGN);
    const named = new Set(foreign.map(([name]) => name));
    const over = named.has('host') && foreign.length > 1 ? 'http/1.1' : input.over;
    const method = named.has('access-control-request-method') ? 'OPTIONS' : input.method;
    const odd: Header[] = random.chance(0.05)
      ? [
          [
            'origin',
            oddText(random)
              .replace(/[^\x20-\x7e]/g, '?')
              .slice(0, 2000),
          ],
        ]
      : [];
    return { ...input, over, method, headers: [...input.headers, ...(odd.length > 0 ? odd : foreign)] };
  },
};
