import { expect, test } from 'vitest';
import { parseEvidence } from './evidence.ts';

const subscription = {
  subscription: 'a1',
  kind: 'subscription',
  version: 1,
  at: 1,
  closedAt: 2,
  transports: [{ name: 'memory', topic: 'memory' }],
};

test('a line that cannot be understood is named with its number and its fault; the others are kept', () => {
  const lines = [
    JSON.stringify(subscription),
    '{"kind":"wait","subscr',
    '',
    '[1]',
    JSON.stringify({ ...subscription, kind: 'dream' }),
    JSON.stringify({ ...subscription, version: 2 }),
    JSON.stringify({ ...subscription, version: undefined }),
    JSON.stringify({ subscription: 'a1', kind: 'wait', at: 1, endedAt: 2, timeoutMs: 3, outcome: 'met' }),
    JSON.stringify({ kind: 'item', at: 1, sizeBytes: 2, message: 'x' }),
    JSON.stringify({ ...subscription, test: 'a title' }),
    JSON.stringify({ ...subscription, failure: { name: 'TransportError' } }),
  ];
  expect(parseEvidence(lines.join('\n'))).toEqual({
    evidence: [subscription],
    unreadable: [
      { line: 2, problem: 'it is not JSON' },
      { line: 4, problem: 'it is not a JSON object' },
      { line: 5, problem: 'its kind "dream" is not known' },
      { line: 6, problem: 'it is of version 2; this Earwitness reads version 1' },
      { line: 7, problem: 'it is of version undefined; this Earwitness reads version 1' },
      { line: 8, problem: 'its title is not of type string' },
      { line: 9, problem: 'its subscription is not of type string' },
      { line: 10, problem: 'its test is not of type object' },
      { line: 11, problem: 'its failure.page is not of type string' },
    ],
  });
});
