// Message queues of a shard over changes of their keeper. What the port promises besides, the contract checks.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { DEDUPLICATION_MS, type MessageQueue, type NewMessage, type ReceiveOptions } from '../../message-queue.ts';
import { createRandom } from '../../simulated/wire.ts';
import { NotTheKeeper } from './shard-writer.ts';
import { openKept, type TakeOverOptions, TestShard } from './test-shard.ts';

const HOUR_MS = 3_600_000;
const START = 1_000_000;

type Texts = MessageQueue<unknown>;

function open({ isOrdered = false } = {}) {
  const clock = createClock({ frozenAt: START });
  const shard = new TestShard();
  const take = (options?: TakeOverOptions) => {
    const { kept } = openKept(clock, shard, options);
    return { kept, queue: kept.queue('test/texts', 'q', { isOrdered }) };
  };
  const send = (queue: Texts, content: string, more: Partial<NewMessage<unknown>> = {}) =>
    queue.send({ id: `id of ${content}`, content, sentAt: clock.now(), visibleAt: 0, ...more });
  const receive = (queue: Texts, more: Partial<ReceiveOptions> = {}) =>
    queue.receive({ max: 10, visibilityMs: 30_000, waitMs: 0, retentionMs: HOUR_MS, ...more });
  return { clock, shard, take, send, receive };
}

const contents = (messages: readonly { readonly content: unknown }[]) => messages.map(({ content }) => content);
const LONG = 'long '.repeat(1000);

test.each(['short', LONG])(
  'a receipt is good for the next keeper, and so is the time for which it hides',
  async (content) => {
    const { clock, shard, take, send, receive } = open();
    const first = take();
    await send(first.queue, content);
    const [{ receipt = '' } = {}] = await receive(first.queue);
    expect(await first.queue.hide(receipt, clock.now() + 40_000, HOUR_MS)).toBe('hidden');
    const { queue } = take();
    await clock.advance(39_999);
    expect([await receive(queue), await queue.counts()]).toEqual([[], { visible: 0, inFlight: 1, delayed: 0 }]);
    expect(await queue.delete(receipt)).toBe('deleted');
    await Promise.resolve();
    expect([await take().queue.counts(), shard.size]).toEqual([{ visible: 0, inFlight: 0, delayed: 0 }, 0]);
  },
);

test('what was received again by the next keeper is not deleted by an old receipt', async () => {
  const { clock, take, send, receive } = open();
  const first = take();
  await send(first.queue, 'a');
  const [old] = await receive(first.queue);
  const { queue } = take();
  await clock.advance(30_000);
  const [again] = await receive(queue);
  expect([again?.receiveCount, again?.firstReceivedAt]).toEqual([2, START]);
  expect(await queue.delete(old?.receipt ?? '')).toBe('unknown');
  expect(await queue.delete(again?.receipt ?? '')).toBe('deleted');
});

test('a key is known for five minutes from the first message, whoever keeps the queue, also when that was deleted', async () => {
  const { clock, shard, take, send, receive } = open({ isOrdered: true });
  const first = take();
  const sent = await send(first.queue, 'a', { group: 'g', deduplication: { key: 'k', note: 'of a' } });
  const [{ receipt = '' } = {}] = await receive(first.queue);
  await first.queue.delete(receipt);
  await clock.advance(DEDUPLICATION_MS - 1);
  const { queue } = take();
  expect(await send(queue, 'b', { group: 'g', deduplication: { key: 'k', note: 'of b' } })).toEqual(sent);
  await clock.advance(1);
  const next = await send(queue, 'c', { group: 'g', deduplication: { key: 'k', note: 'of c' } });
  expect(next.number).toBeGreaterThan(sent.number);
  expect([contents(await receive(queue)), shard.size]).toEqual([['c'], 1]);
});

test('numbers grow also when everything was deleted and forgotten', async () => {
  const { take, send } = open();
  const first = take();
  const { number } = await send(first.queue, 'a');
  await first.kept.removeQueue('test/texts', 'q');
  const { queue } = take();
  expect((await send(queue, 'b')).number).toBeGreaterThan(number);
});

test('a purge is for good, and leaves known keys; what was forgotten has none', async () => {
  const { take, send } = open();
  const first = take();
  const deduplication = { key: 'k', note: 'n' };
  const sent = await send(first.queue, 'a', { deduplication });
  await first.queue.purge();
  const second = take();
  expect(await second.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(await send(second.queue, 'b', { deduplication })).toEqual(sent);
  await second.kept.purge();
  expect((await send(take().queue, 'c', { deduplication })).number).toBeGreaterThan(sent.number);
});

test('the rows of what is purged stay gone when their keeper died before it removed them', async () => {
  const { shard, take, send } = open();
  const first = take({ keeps: () => true });
  for (const content of ['a', 'b', LONG]) await send(first.queue, content);
  await first.queue.purge();
  expect(shard.size).toBe(4);
  const { queue } = take();
  expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  take();
  expect(shard.size).toBe(1);
  take();
  await Promise.resolve();
  expect(shard.size).toBe(0);
});

test('when the shard is lost, whoever waits and whoever asks is told', async () => {
  const { take, send, receive } = open();
  const { kept, queue } = take();
  const poll = receive(queue, { waitMs: 20_000 });
  const refused = expect(poll).rejects.toThrow(NotTheKeeper);
  kept.lose(new NotTheKeeper('s1'));
  await refused;
  await expect(queue.counts()).rejects.toThrow(NotTheKeeper);
  await expect(send(queue, 'a')).rejects.toThrow(NotTheKeeper);
});

test('a poll is answered when what it gets is stored, and not when that fails', async () => {
  const { take, send, receive } = open();
  // The message is stored, its receive is not.
  const first = take({ failAt: 2 });
  const poll = receive(first.queue, { waitMs: 20_000 });
  const outcomes = await Promise.allSettled([poll, send(first.queue, 'a')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await receive(take().queue)).map(({ content, receiveCount }) => [content, receiveCount])).toEqual([['a', 1]]);
});

interface Known {
  readonly id: string;
  readonly group: string;
  readonly sentAt: number;
  number: number | undefined;
  /** A deletion was tried: it may be gone. */
  mayBeGone: boolean;
  isGone: boolean;
  receiveCount: number;
  receipt: string | undefined;
}

// Random operations, several at once, a keeper that stops at any write or is overtaken, removals that are never done.
async function live(seed: number, isOrdered: boolean): Promise<void> {
  const random = createRandom(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const { clock, shard, take, send, receive } = open({ isOrdered });
  const next = () => take({ failAt: random() < 0.5 ? 1 + upTo(40) : 1000, keeps: () => random() < 0.3 });
  const messages = new Map<string, Known>();
  const byKey = new Map<string, { readonly number: number; readonly sentAt: number }>();
  let { queue } = next();
  let count = 0;

  const check = (received: Awaited<ReturnType<typeof receive>>) => {
    const places = new Map(received.map(({ id }, place) => [id, place]));
    for (const [place, { id, number, receiveCount, receipt, group }] of received.entries()) {
      const known = messages.get(id);
      if (!known) throw new Error(`${id} was never sent`);
      expect([id, known.isGone]).toEqual([id, false]);
      expect(receiveCount).toBeGreaterThan(known.receiveCount);
      known.number ??= number;
      expect(number).toBe(known.number);
      known.receiveCount = receiveCount;
      known.receipt = receipt;
      if (!isOrdered) continue;
      for (const other of messages.values()) {
        if (other.mayBeGone || other.number === undefined || other.group !== group || other.number >= number) continue;
        expect([other.id, (places.get(other.id) ?? Number.POSITIVE_INFINITY) < place]).toEqual([other.id, true]);
      }
    }
  };

  const sendOne = async () => {
    const id = `m${++count}`;
    const group = `g${upTo(3)}`;
    const sentAt = clock.now();
    const key = random() < 0.4 ? `k${upTo(3)}` : undefined;
    const known: Known = {
      ...{ id, group, sentAt, number: undefined, mayBeGone: false, isGone: false, receiveCount: 0, receipt: undefined },
    };
    messages.set(id, known);
    const content = random() < 0.3 ? LONG : id;
    const visibleAt = random() < 0.2 ? sentAt + upTo(60_000) : sentAt;
    const deduplication = key === undefined ? undefined : { key, note: id };
    const sent = await send(queue, '', { id, content, visibleAt, group, deduplication });
    if (sent.id === id) {
      known.number = sent.number;
    } else known.mayBeGone = true;
    if (key === undefined) return;
    const accepted = messages.get(sent.id)?.sentAt ?? 0;
    const earlier = byKey.get(key);
    if (earlier && sentAt < earlier.sentAt + DEDUPLICATION_MS)
      expect([key, sent.number]).toEqual([key, earlier.number]);
    else byKey.set(key, { number: sent.number, sentAt: accepted });
  };
  const receiveSome = async () => {
    check(await receive(queue, { max: 1 + upTo(4), visibilityMs: 1000 + upTo(60_000), waitMs: 0 }));
  };
  const deleteOne = async () => {
    const known = [...messages.values()].filter(({ receipt }) => receipt !== undefined)[upTo(5)];
    if (!known?.receipt) return;
    known.mayBeGone = true;
    const outcome = await queue.delete(known.receipt);
    if (outcome === 'deleted') known.isGone = true;
  };
  const hideOne = async () => {
    const known = [...messages.values()].findLast(({ receipt }) => receipt !== undefined);
    if (known?.receipt) await queue.hide(known.receipt, clock.now() + upTo(2) * 20_000, HOUR_MS);
  };
  const purge = async () => {
    for (const known of messages.values()) known.mayBeGone = true;
    await queue.purge();
    // What was sent meanwhile stays.
  };
  const weighted = [sendOne, sendOne, sendOne, receiveSome, receiveSome, deleteOne, hideOne];

  for (let step = 0; step < 60; step++) {
    const acts = Array.from({ length: 1 + upTo(3) }, () => {
      if (random() < 0.01) return purge();
      return weighted[upTo(weighted.length)]?.();
    });
    const outcomes = await Promise.allSettled(acts);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed && !(failed.reason instanceof NotTheKeeper)) throw failed.reason;
    if (failed || random() < 0.05) {
      const old = queue;
      ({ queue } = next());
      // It does not know yet.
      const late = await Promise.allSettled([receive(old), send(old, 'late')]);
      expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    }
    if (random() < 0.3) await clock.advance(upTo(40_000));
  }

  ({ queue } = take());
  const left = new Set<string>();
  for (;;) {
    await clock.advance(70_000);
    const received = await receive(queue, { max: 1000, retentionMs: 100 * HOUR_MS });
    check(received);
    for (const { id, receipt } of received) {
      left.add(id);
      const known = messages.get(id);
      if (known) known.mayBeGone = true;
      expect(await queue.delete(receipt)).toBe('deleted');
      if (known) known.isGone = true;
    }
    const { visible, inFlight, delayed } = await queue.counts();
    if (visible + inFlight + delayed === 0) break;
  }
  const lost = [...messages.values()].filter(
    ({ id, number, mayBeGone }) => number !== undefined && !mayBeGone && !left.has(id),
  );
  expect(lost.map(({ id }) => id)).toEqual([]);
  // Nothing is left of it but the mark of a purge, and that only until the next one looks.
  await clock.advance(DEDUPLICATION_MS);
  take();
  await Promise.resolve();
  take();
  await Promise.resolve();
  expect(shard.size).toBe(0);
}

const SEEDS = Array.from({ length: 10 }, (_, block) => block);

test.each(SEEDS)(
  'plain queue: nothing acknowledged is lost, deleted stays deleted, whatever stops (block %i of 20 seeds)',
  async (block) => {
    for (let n = 0; n < 20; n++) await live(block * 20 + n, false);
  },
);

test.each(SEEDS)('ordered queue: and groups stay in order, keys known (block %i of 20 seeds)', async (block) => {
  for (let n = 0; n < 20; n++) await live(1000 + block * 20 + n, true);
});
