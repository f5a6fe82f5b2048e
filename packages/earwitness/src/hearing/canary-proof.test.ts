import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { ManualClock } from '../test-session.test.ts';
import { CanaryProof } from './canary-proof.ts';
import type { Transport } from './transport.ts';

function create() {
  const transport: Transport = {
    name: 'a topic',
    async open() {
      throw new Error('Nobody opens it.');
    },
    sendCanary: async (id) => proof.received(id, transport),
  };
  const proof: CanaryProof = new CanaryProof([transport], new ManualClock(), undefined);
  return proof;
}

test('a proof leaves nothing on the signal that may end it', async () => {
  const { signal } = new AbortController();
  await create().proveAtStart(signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a signal that has aborted ends a proof before it begins', async () => {
  await expect(create().proveAtStart(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
});
