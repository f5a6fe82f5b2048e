// What whoever asks another node hears of what went wrong there.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { NotTheKeeper } from '../kept/shard-writer.ts';
import { NobodyAnswers, type Server, ServerAway, ServerRefuses } from '../server.ts';
import { Questions } from './questions.ts';

const ASKED = { of: 'node', deed: { kind: 'ack', work: 'w', lease: 'l' } } as const;

async function failureOf(thrown: Error): Promise<unknown> {
  const clock = createClock();
  const store = new SimulatedStore();
  const wire = new Wire(clock, 1);
  const [one, other]: [Server, Server] = [connectSimulated(store, wire), connectSimulated(store, wire)];
  const keeper = new Questions(other, async () => {
    throw thrown;
  });
  await keeper.answer('keeper');
  const asker = new Questions(one, async () => undefined);
  try {
    return await asker.ask({ self: 'me', node: 'keeper' }, ASKED).catch((error: unknown) => error);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

test('an error of the backbone is one of its kind at the node that asked, so that it is tried again', async () => {
  expect(await failureOf(new NotTheKeeper('s1'))).toBeInstanceOf(NotTheKeeper);
  expect(await failureOf(new ServerAway('gone'))).toBeInstanceOf(ServerAway);
  expect(await failureOf(new NobodyAnswers('n1'))).toBeInstanceOf(NobodyAnswers);
  const refusal = await failureOf(new ServerRefuses('maximum bytes exceeded'));
  expect(refusal).toBeInstanceOf(ServerRefuses);
  expect(String(refusal)).toBe(`ServerRefuses: The backbone's server refuses: maximum bytes exceeded.`);
});

test('any other error keeps its name and its words', async () => {
  expect(String(await failureOf(new RangeError('too long')))).toBe('RangeError: too long');
});
