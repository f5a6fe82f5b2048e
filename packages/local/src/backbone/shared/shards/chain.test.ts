// A shard's chain on a stream whose sequences go back, as those of NATS 2.9 do when one of three servers was killed:
// the messages are the same, and have smaller sequences.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { NotTheKeeper } from '../kept/shard-writer.ts';
import { Chain } from './chain.ts';

/** More than a message of the simulated server takes. */
const LARGE = 'x'.repeat(200_000);

function createShard() {
  const store = new SimulatedStore();
  const wire = new Wire(createClock(), 1);
  const server = connectSimulated(store, wire);
  let term = 0;
  return {
    stream: store.stream('s1'),
    settled: () => wire.settled(),
    async takeOver() {
      const { chain, rows } = await Chain.begin(server, { shard: 's1', term: ++term, onBroken: () => {} });
      return { chain, rows, values: Object.fromEntries(rows.map(({ path, value }) => [path, value])) };
    },
  };
}

/** Writes rows and removes all but the last `kept`: the stream's sequences are far ahead of what stands in it. */
async function fill(chain: Chain, { kept }: { readonly kept: number }): Promise<number[]> {
  const sequences: number[] = [];
  for (let n = 0; n < 30; n++) sequences.push(await chain.write(`row.${n}`, n));
  for (const [n, sequence] of sequences.entries()) if (n < 30 - kept) chain.remove(`row.${n}`, sequence);
  return sequences;
}

test('sequences of a shard grow, whatever those of its stream do', async () => {
  const { stream, settled, takeOver } = createShard();
  const { chain } = await takeOver();
  const before = await fill(chain, { kept: 2 });
  await settled();
  stream.goBack();
  await expect(chain.write('row.30', 30)).rejects.toThrow(NotTheKeeper);
  const next = await takeOver();
  expect(next.values).toEqual({ 'row.28': 28, 'row.29': 29, 'row.30': 30 });
  expect(await next.chain.write('row.31', 31)).toBeGreaterThan(Math.max(...before));
});

test('rows are removed by the next keeper, whatever their sequences are by then', async () => {
  const { stream, settled, takeOver } = createShard();
  const { chain } = await takeOver();
  await fill(chain, { kept: 3 });
  await settled();
  stream.goBack();
  const { chain: next, rows } = await takeOver();
  for (const { path, sequence } of rows.slice(0, 2)) next.remove(path, sequence);
  await settled();
  expect((await takeOver()).values).toEqual({ 'row.29': 29 });
});

test('a removal that waits while the sequences go back hits no other message', async () => {
  const { stream, settled, takeOver } = createShard();
  const { chain } = await takeOver();
  const sequences = await fill(chain, { kept: 20 });
  await settled();
  stream.goBack();
  // What stands at this sequence by now is another row.
  const { chain: next } = await takeOver();
  for (let n = 31; n < 60; n++) await next.write(`row.${n}`, n);
  chain.remove('row.29', sequences[29] ?? 0);
  await settled();
  const { values } = await takeOver();
  expect(Object.keys(values)).toHaveLength(20 + 29);
});

test('a large row that was stored before the sequences went back is whole after it, and goes with its pieces', async () => {
  const { stream, settled, takeOver } = createShard();
  const { chain } = await takeOver();
  await fill(chain, { kept: 1 });
  await chain.write('large', LARGE);
  await settled();
  stream.goBack();
  const { chain: next, rows, values } = await takeOver();
  expect(values).toEqual({ 'row.29': 29, large: LARGE });
  const large = rows.find(({ path }) => path === 'large');
  if (large) next.remove('large', large.sequence);
  await settled();
  expect(stream.read('s1.>').map(({ subject }) => subject)).toEqual(['s1.r.row.29', 's1.term']);
});

test('pieces of a large row have other names than those of one from before the sequences went back', async () => {
  const { stream, settled, takeOver } = createShard();
  const { chain } = await takeOver();
  await fill(chain, { kept: 1 });
  await chain.write('large', LARGE);
  await settled();
  stream.goBack();
  const { chain: next } = await takeOver();
  for (let n = 0; n < 40; n++) await next.write(`large.${n}`, `${n}${LARGE}`);
  const { values } = await takeOver();
  expect(values['large']).toBe(LARGE);
});
