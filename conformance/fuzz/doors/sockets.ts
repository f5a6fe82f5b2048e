// Bytes that no client sends: broken request lines, floods of headers, bodies that end elsewhere than they said, HTTP/2 frames with
// wrong lengths, noise where a TLS hello should be.
import { mutateBytes } from '../calls/mutate-request.ts';
import { oddText } from '../content/text.ts';
import { type Body, type BytesInput, type HttpInput, ref } from '../input.ts';
import type { Random } from '../prng.ts';
import { serializeRequest } from '../wire/bytes.ts';
import { jsonDoor, queryDoor, restDoor } from './aws.ts';
import { deployedDoor } from './deployed.ts';
import type { Door } from './door.ts';

export const socketDoor: Door = {
  name: 'bare bytes',
  weight: 4,
  make(random) {
    const choice = random.fraction();
    if (choice < 0.55) return bytes(http1(random), random);
    if (choice < 0.85) return bytes(http2(random), random);
    return hello(random);
  },
};

function bytes(content: Buffer, random: Random): BytesInput {
  const at = random.whole(0, content.length);
  const chunks: Body[] = random.chance(0.3) ? [content.subarray(0, at), content.subarray(at)] : [content];
  const secure = random.chance(0.15);
  return { kind: 'bytes', port: secure ? 'tls' : 'plain', secure, chunks };
}

const LINES = [
  ...[
    'GET',
    'GET /',
    'GET / HTTP/9.9',
    'GET / HTTP/1.0',
    'G\0T / HTTP/1.1',
    ' GET / HTTP/1.1',
    'GET  / HTTP/1.1',
    'GET / HTTP/1.1 x',
    'POST * HTTP/1.1',
  ],
  ...[
    'CONNECT 127.0.0.1:1 HTTP/1.1',
    'GET http://127.0.0.1/ HTTP/1.1',
    'PRI * HTTP/2.0',
    'PRI',
    'PR',
    'P',
    '',
    '\r\n\r\nGET / HTTP/1.1',
    'GET /\t HTTP/1.1',
    `GET /${'a'.repeat(20_000)} HTTP/1.1`,
    'GET /é HTTP/1.1',
  ],
];
const HEADERS = [
  ...[
    'content-length: 5',
    'content-length: -1',
    'content-length: 5, 6',
    'content-length: 1e3',
    'content-length: 99999999999999999999',
    'content-length: 76000000',
    'content-length: 0x10',
  ],
  ...[
    'transfer-encoding: chunked',
    'transfer-encoding: chunked, chunked',
    'transfer-encoding: gzip',
    'transfer-encoding:\tchunked',
    'transfer-encoding: xchunked',
    'connection: upgrade\r\nupgrade: websocket',
    'connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__',
  ],
  ...[
    'expect: 100-continue',
    'expect: x',
    ' folded: x',
    'a\0b: c',
    'no-colon',
    ': x',
    'a: \0',
    'a : b',
    'host: 127.0.0.1\r\nhost: 127.0.0.1',
    'te: trailers\r\ntrailer: x',
    'connection: close, keep-alive',
    `x: ${'y'.repeat(17_000)}`,
  ],
  ...[
    'a: b\r\n'.repeat(1500).trimEnd(),
    'x-amz-target: AWSEvents.PutEvents',
    'content-type: application/x-www-form-urlencoded',
  ],
];
const CHUNKED = [
  '5\r\nhello\r\n0\r\n\r\n',
  'x\r\n',
  '-1\r\n\r\n',
  'ffffffffffffffffff\r\nx',
  '5;ext=1\r\nhello\r\n0\r\nx: y\r\n\r\n',
  '5\r\nhel',
  '0\r\n\r\n',
  '5\nhello\n0\n\n',
  `${'0'.repeat(5000)}5\r\nhello\r\n0\r\n\r\n`,
];

function http1(random: Random): Buffer {
  const choice = random.fraction();
  if (choice < 0.4) {
    const sound = random.pick([jsonDoor, queryDoor, restDoor, deployedDoor]).make(random);
    const request: HttpInput =
      sound.kind === 'http'
        ? { ...sound, headers: [['host', `127.0.0.1:${ref('port')}`], ...sound.headers] }
        : emptyRequest;
    // A reference is filled in only where an input is text, and the length of this one is already written.
    const serialized = serializeRequest({
      ...request,
      headers: request.headers.map(([name, value]) => [name, name === 'host' ? '127.0.0.1' : value]),
    });
    if (random.chance(0.2)) return Buffer.concat([serialized, serialized, serialized]);
    return Buffer.from(mutateBytes(random, serialized));
  }
  const line = choice < 0.6 ? random.pick(LINES) : 'POST / HTTP/1.1';
  const headers = random.some(HEADERS, 0.12).join('\r\n');
  const content = random.chance(0.5) ? random.pick(CHUNKED) : oddText(random);
  return Buffer.from(`${line}\r\nhost: 127.0.0.1\r\n${headers}${headers === '' ? '' : '\r\n'}\r\n${content}`, 'latin1');
}

const emptyRequest: HttpInput = { kind: 'http', over: 'http/1.1', method: 'GET', path: '/', headers: [], body: '' };

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
/** `:method POST`, `:scheme http`, `:path /` and `:authority 127.0.0.1`, in HPACK without Huffman coding. */
const REQUEST_HEADERS = Buffer.concat([Buffer.from([0x83, 0x86, 0x84, 0x41, 9]), Buffer.from('127.0.0.1')]);

/** Source: RFC 9113, 4.1 and 6. */
function frame(random: Random): Buffer {
  const type = random.chance(0.9) ? random.whole(0, 9) : random.whole(0, 255);
  const payload =
    type === 1 && random.chance(0.7)
      ? REQUEST_HEADERS
      : Buffer.from(random.bytes(random.pick([0, 4, 5, 6, 8, 9, 17, 40])));
  const header = Buffer.alloc(9);
  header.writeUIntBE(random.chance(0.8) ? payload.length : random.pick([0, 1, 16_384, 16_385, 0xffffff]), 0, 3);
  header[3] = type;
  header[4] = random.pick([0, 1, 4, 5, 8, 0x20, 0x25, 255]);
  header.writeUInt32BE(random.pick([0, 1, 1, 1, 3, 2, 0x7fffffff, 0xffffffff]), 5);
  return Buffer.concat([header, payload]);
}

function http2(random: Random): Buffer {
  const frames = Array.from({ length: random.pick([1, 2, 5, 30]) }, () => frame(random));
  const start = random.chance(0.9)
    ? [PREFACE, ...(random.chance(0.8) ? [SETTINGS] : [])]
    : [PREFACE.subarray(0, random.whole(1, 20))];
  const flood = random.chance(0.1)
    ? Array.from({ length: 500 }, () =>
        random.pick([SETTINGS, Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])]),
      )
    : [];
  return Buffer.concat([...start, ...frames, ...flood]);
}

function hello(random: Random): BytesInput {
  const noise = Buffer.from(random.bytes(random.whole(1, 200)));
  // A TLS record says its type, version and length first. Source: RFC 8446, 5.1.
  const record = Buffer.concat([
    Buffer.from([random.pick([20, 21, 22, 23, 24]), 3, random.pick([0, 1, 3, 4]), 0, random.whole(0, 255)]),
    noise,
  ]);
  return {
    kind: 'bytes',
    port: random.chance(0.8) ? 'tls' : 'plain',
    secure: false,
    chunks: [random.pick([noise, record, Buffer.from('GET / HTTP/1.1\r\n\r\n'), PREFACE, ''])],
  };
}
