import { expect, test } from 'vitest';
import { demandKeyForm } from './momento-key.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');
const jwt = (claims: object) => `e30.${encode(claims)}.c2ln`;

test.each([
  ['legacy', jwt({ c: 'cache.x', cp: 'control.x' }), undefined],
  // A shell may have the endpoint of other code beside it.
  ['legacy', jwt({ c: 'cache.x', cp: 'control.x' }), 'cell-1.prod.a.momentohq.com'],
  ['v1', encode({ endpoint: 'x', api_key: 'opaque' }), undefined],
  ['v2', jwt({ t: 'g' }), 'x'],
])('a %s key is known by itself', (form, key, endpoint) => {
  expect(demandKeyForm(key, endpoint)).toBe(form);
});

test.each([
  [
    'secret',
    'MOMENTO_API_KEY (option apiKey) is not an API key: it is neither a JWT, as legacy and v2 keys are, nor base64 of {"endpoint","api_key"}, as v1 keys are.',
  ],
  [
    jwt({ t: 'g' }),
    'MOMENTO_API_KEY (option apiKey) is a v2 key, which does not say where to go: set MOMENTO_ENDPOINT (option endpoint) to the host of its region.',
  ],
  [
    jwt({ id: 'mara' }),
    'MOMENTO_API_KEY (option apiKey) is a JWT that names no endpoint, as a session token of the console is: make an API key there.',
  ],
])('what is wrong with a key is one sentence that names the variable, and not the key', (key, message) => {
  expect(() => demandKeyForm(key, undefined)).toThrow(expect.objectContaining({ name: 'ConfigurationError', message }));
});
