import { expect, test } from 'vitest';
import { buildHttpRequest } from './http-parameters.ts';

const EVENT = '{"id":"1","detail":{"id":42,"user":"a b","role":"x"}}';
const NOTHING = { headers: [], query: [], body: [] };
const FIXED = [
  ['User-Agent', 'Amazon/EventBridge/ApiDestinations'],
  ['Range', 'bytes=0-1048575'],
  ['Accept-Encoding', 'gzip,deflate'],
  ['Connection', 'close'],
].flat();

const build = (options: Partial<Parameters<typeof buildHttpRequest>[0]>) =>
  buildHttpRequest({
    endpoint: 'https://example.com/hook',
    target: undefined,
    connection: NOTHING,
    event: EVENT,
    input: '{"a":1.0}',
    ...options,
  });

test('a request has the fixed headers, JSON as its type, and the input as it is', () => {
  expect(build({})).toEqual({
    url: 'https://example.com/hook',
    headers: [...FIXED, 'Content-Type', 'application/json; charset=utf-8'],
    body: '{"a":1.0}',
  });
});

test('stars in the path are filled from left to right, with values from the event where they are paths', () => {
  const target = { PathParameterValues: ['orders', '$.detail.id', '$.detail.user'] };
  expect(build({ endpoint: 'https://example.com/*/*/*', target }).url).toBe('https://example.com/orders/42/a%20b');
});

// JSON may have half a character. Source: RFC 8259, section 8.2; what becomes of it, Java's URLEncoder.
test('half a character of an event becomes a question mark in path and query', () => {
  const event = String.raw`{"detail":{"name":"a\ud800"}}`;
  const values = { PathParameterValues: ['$.detail.name'], QueryStringParameters: { name: '$.detail.name' } };
  expect(build({ endpoint: 'https://example.com/*', target: values, event }).url).toBe(
    'https://example.com/a%3F?name=a%3F',
  );
});

test("query parameters join the endpoint's own, and the connection's win over the target's", () => {
  const target = { QueryStringParameters: { user: '$.detail.user', key: 'mine', none: '$.detail.missing' } };
  const connection = { ...NOTHING, query: [{ key: 'key', value: 'theirs' }] };
  expect(build({ endpoint: 'https://example.com/?v=1', target, connection }).url).toBe(
    'https://example.com/?v=1&user=a%20b&key=theirs&none=',
  );
});

test("headers: the connection's win whatever their case, fixed ones cannot be set, line breaks do not get through", () => {
  const target = {
    HeaderParameters: {
      'content-type': 'text/plain',
      'x-role': '$.detail.role',
      'X-Key': 'mine',
      Host: 'evil',
      'user-agent': 'me',
      'X-Two': 'a\r\nX-Three: b',
    },
  };
  const connection = { ...NOTHING, headers: [{ key: 'x-key', value: 'theirs' }] };
  expect(build({ target, connection }).headers).toEqual([
    ...FIXED,
    ...['content-type', 'text/plain'],
    ...['x-role', 'x'],
    ...['x-key', 'theirs'],
    ...['X-Two', 'a X-Three: b'],
  ]);
});

test("a connection's body parameters become members of an object, and leave anything else alone", () => {
  const connection = {
    ...NOTHING,
    body: [
      { key: 'a', value: 'x' },
      { key: 'b', value: '"' },
    ],
  };
  expect(build({ connection, input: '{ "n" : 1.0, "a" : 2 }' }).body).toBe('{"n":1.0,"a":"x","b":"\\""}');
  expect(build({ connection, input: '"text"' }).body).toBe('"text"');
});
