import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readJournal } from './journal.ts';

const warning = (seq: number, at: number): Fact => ({ seq, at, kind: 'warning', about: 'test', message: String(seq) });
const advanced = (seq: number, at: number, byMs: number): Fact => ({ seq, at, kind: 'clock.advanced', byMs });

/**
 * An admin API with these facts, which hands out so many at once, has dropped those before them, and was advanced by so
 * much.
 */
async function serve(
  facts: readonly Fact[],
  { pageFacts = 1000, advancedMs = 0 }: { readonly pageFacts?: number; readonly advancedMs?: number } = {},
): Promise<{ readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const { searchParams } = new URL(url, 'http://127.0.0.1');
    const [after, since] = [Number(searchParams.get('after')), Number(searchParams.get('since'))];
    const oldest = facts[0]?.seq ?? 1;
    const answer = {
      oldest,
      newest: facts.at(-1)?.seq ?? 0,
      dropped: { facts: oldest - 1, bytes: 1 },
      limits: { facts: 100_000, bytes: 67_108_864 },
      advancedMs,
      facts: facts.filter(({ seq, at }) => seq > after && at >= since).slice(0, pageFacts),
    };
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('EARWITNESS_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { asked };
}

const gap = { droppedFacts: 4, maxFacts: 100_000, maxBytes: 67_108_864 };

test('only the facts of the time are asked for, page by page until the newest', async () => {
  const facts = [1, 2, 3, 4, 5].map((seq) => warning(seq, seq * 10));
  const { asked } = await serve(facts, { pageFacts: 2 });
  expect(await readJournal(20, 60_000)).toEqual({ facts: facts.slice(1) });
  expect(asked).toEqual(['/journal?after=0&since=20&limit=10000', '/journal?after=3&since=20&limit=10000']);
});

test('what was dropped is a gap, unless a fact from before the time is still there', async () => {
  const facts = [warning(5, 50), warning(6, 60)];
  await serve(facts);
  expect(await readJournal(40, 60_000)).toEqual({ facts, gap });
  expect(await readJournal(50, 60_000)).toEqual({ facts, gap });
  expect(await readJournal(55, 60_000)).toEqual({ facts: facts.slice(1) });
  expect(await readJournal(70, 60_000)).toEqual({ facts: [] });
});

test('facts that were dropped while the pages were read are a gap', async () => {
  const facts = [warning(5, 50), warning(6, 60), warning(9, 90)];
  await serve(facts);
  expect(await readJournal(55, 60_000)).toEqual({ facts: facts.slice(1), gap });
});

test('times stand beside those of the test, also when the clock was advanced before the oldest fact', async () => {
  await serve([warning(5, 1_000_050), advanced(6, 1_000_060, 500_000), warning(7, 1_500_070)], {
    advancedMs: 1_500_000,
  });
  expect(await readJournal(40, 60_000)).toEqual({
    facts: [warning(5, 50), advanced(6, 60, 500_000), warning(7, 70)],
    gap,
  });
});
