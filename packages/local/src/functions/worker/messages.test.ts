import { describe, expect, test } from 'vitest';
import { parseWorkerMessage } from './messages.ts';

const error = { errorType: 'Error', errorMessage: 'x', trace: ['Error: x'] };

describe('a message of a worker', () => {
  test.each([
    { kind: 'ready' },
    { kind: 'out of memory' },
    { kind: 'init failed', error },
    { kind: 'died', error: { errorType: 'Error', errorMessage: 'x' } },
    { kind: 'log', stream: 'stdout', level: undefined, text: 'x', weight: 1 },
    { kind: 'log', stream: 'stderr', level: 'ERROR', text: 'x', weight: 1 },
    { kind: 'returned', invocation: 1, memoryBytes: 2, payload: '1' },
    { kind: 'too large', invocation: 1, memoryBytes: 2, sizeBytes: 3 },
    { kind: 'threw', invocation: 1, memoryBytes: 2, error },
  ])('$kind is taken as it is, without what else it holds', (message) => {
    expect(parseWorkerMessage({ ...message, more: 1 })).toEqual(message);
  });

  test.each([
    null,
    undefined,
    1,
    'ready',
    [],
    {},
    { kind: 'readier' },
    { kind: 'init failed' },
    { kind: 'died', error: { ...error, trace: [1] } },
    { kind: 'died', error: { ...error, trace: 'x' } },
    { kind: 'died', error: { errorType: 'x' } },
    { kind: 'log', stream: 'stdout' },
    { kind: 'log', stream: 'stdin', text: 'x', weight: 1 },
    { kind: 'log', stream: 'stdout', text: 'x', weight: -1 },
    { kind: 'log', stream: 'stdout', level: 1, text: 'x', weight: 1 },
    { kind: 'returned', payload: '1' },
    { kind: 'returned', invocation: 1, memoryBytes: 2, payload: {} },
    { kind: 'returned', invocation: '1', memoryBytes: 2, payload: '1' },
    { kind: 'too large', invocation: 1, memoryBytes: 2, sizeBytes: Number.NaN },
    { kind: 'threw', invocation: 1, memoryBytes: 2, error: 'x' },
  ])('%j is none', (value) => {
    expect(parseWorkerMessage(value)).toBeUndefined();
  });
});
