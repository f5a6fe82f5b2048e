// What comes before and around a call over gRPC-web; the calls themselves are made by Momento's web SDK in
// services/topics and in conformance.
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { Pubsub } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import type { Platform } from '../../platform.ts';
import { createCalls } from './calls.ts';
import { unary } from './method.ts';
import { createGrpcWebDoor } from './web-door.ts';

let local: Local;

beforeAll(async () => {
  const service = ({ clock, journal }: Platform) => {
    const methods = [unary(Pubsub.method.publish, async () => ({}))];
    const calls = createCalls({ loadMethods: async () => methods, statusOf: () => undefined, journal });
    return { name: 'test', doors: [createGrpcWebDoor({ name: 'test', calls, clock })] };
  };
  local = await startLocalWith([service]);
});

afterAll(() => local.close());

const METHOD = '/cache_client.pubsub.Pubsub/Publish';

function preflight(headers: string, path = METHOD): Promise<Response> {
  return fetch(`${local.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://app.example:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': headers,
    },
  });
}

// Source: RFC 9110, 5.1: field names are case-insensitive. Browsers send the list in lower case (Fetch standard), jsdom
// as the page wrote it, and grpc-web writes `X-Grpc-Web`.
test.each([
  ['of a browser', 'agent,authorization,cache,content-type,grpc-timeout,runtime-version,x-grpc-web,x-user-agent'],
  ['of jsdom', 'X-User-Agent, X-Grpc-Web, authorization, Content-Type'],
  ['in capitals', 'X-GRPC-WEB'],
])('a preflight request %s is granted as it was asked', async (_whose, headers) => {
  const answer = await preflight(headers);
  const granted = [...answer.headers].filter(([name]) => name.startsWith('access-control-'));
  expect([answer.status, Object.fromEntries(granted)]).toEqual([
    204,
    {
      'access-control-allow-origin': 'http://app.example:3000',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': headers,
      'access-control-expose-headers': 'grpc-status, grpc-message, err',
    },
  ]);
});

test.each([
  ['another header', 'x-grpc-website', METHOD],
  ['another path', 'x-grpc-web', '/2015-03-31/functions'],
])('a preflight request for %s is not granted', async (_what, headers, path) => {
  const answer = await preflight(headers, path);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

/** A frame of trailers as the text form sends it. */
function frame(trailers: string): string {
  return Buffer.concat([Buffer.from([0x80, 0, 0, 0, trailers.length]), Buffer.from(trailers)]).toString('base64');
}

// Source: RFC 9110, 8.3.1: type and subtype are case-insensitive.
test('a call is known by its media type in any case', async () => {
  const request = Buffer.from([0, 0, 0, 0, 0]).toString('base64');
  for (const type of ['application/grpc-web-text', 'Application/GRPC-Web-Text+proto']) {
    const answer = await fetch(`${local.url}${METHOD}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: request,
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/grpc-web-text+proto']);
    expect(await answer.text()).toBe(`AAAAAAA=${frame(`grpc-status:${GRPC_STATUS.OK}\r\n`)}`);
  }
});
