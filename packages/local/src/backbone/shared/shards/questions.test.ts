import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { NotTheKeeper } from '../kept/shard-writer.ts';
import { NobodyAnswers, type Server } from '../server.ts';
import { type Performer, type Question, Questions } from './questions.ts';

/** Two nodes, `a` and `b`; `b` answers. */
async function open(perform: Performer) {
  const store = new SimulatedStore();
  const wire = new Wire(createClock({ frozenAt: 1000 }), 1);
  let letters = 0;
  const server = connectSimulated(store, wire);
  const counting: Server = {
    ...server,
    ask(...asked) {
      letters++;
      return server.ask(...asked);
    },
  };
  const a = new Questions(counting, async () => null);
  const b = new Questions(connectSimulated(store, wire), perform);
  await b.answer('b');
  const ask = (question: Question, options = {}) => a.ask({ self: 'a', node: 'b' }, question, options);
  return { a, ask, letters: () => letters };
}

const pull = (max: number): Question => ({ of: 'node', deed: { kind: 'pull', work: 'w', max, leaseMs: 1000 } });
const removal = (shard: string): Question => ({ of: 'shard', shard, term: 1, deed: { kind: 'purge' } });
const maxOf = (question: Question) => (question.of === 'node' && question.deed.kind === 'pull' ? question.deed.max : 0);

test('questions of one turn go in one letter, each with its own answer', async () => {
  const { ask, letters } = await open(async (question) => {
    if (maxOf(question) === 2) throw new RangeError('Two is too many.');
    return maxOf(question) * 10;
  });
  const answers = await Promise.allSettled([1, 2, 3].map((max) => ask(pull(max))));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : `${answer.reason}`))).toEqual([
    10,
    'RangeError: Two is too many.',
    30,
  ]);
  expect(letters()).toBe(1);
});

test('a question that waits goes by itself, and what one shard is asked does not wait for another', async () => {
  let isRead = () => {};
  const { ask, letters } = await open((question) => {
    if (question.of === 'shard' && question.shard === 's2')
      return new Promise((resolve) => (isRead = () => resolve(2)));
    return Promise.resolve(1);
  });
  const slow = ask(removal('s2'));
  expect(await Promise.all([ask(removal('s1')), ask(pull(1), { waitMs: 1000 })])).toEqual([1, 1]);
  expect(letters()).toBe(3);
  isRead();
  expect(await slow).toBe(2);
});

test('whoever asks a node that is gone, or keeps the shard no longer, is told to ask another', async () => {
  const { a, ask } = await open((question) => {
    if (question.of === 'shard') throw new NotTheKeeper(question.shard);
    return new Promise(() => {});
  });
  await expect(ask(removal('s1'))).rejects.toThrow(NotTheKeeper);
  const waiting = [ask(pull(1)), ask(pull(2), { waitMs: 1000 })];
  a.forget((node) => node !== 'b');
  for (const question of waiting) await expect(question).rejects.toThrow(NobodyAnswers);
});
