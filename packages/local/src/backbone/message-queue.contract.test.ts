// One contract for every backbone's message queue.
import { describe, expect, test } from 'vitest';
import {
  DEDUPLICATION_MS,
  type MessageQueue,
  messageQueueOf,
  type NewMessage,
  type ReceiveOptions,
} from './message-queue.ts';
import { backbones } from './under-test.ts';

const TEXTS = messageQueueOf<string>('test/texts');
const HOUR_MS = 3_600_000;

describe.each(backbones)('message queue: %s', (_name, create) => {
  const open = ({ isOrdered = false } = {}) => {
    const { clock, here, there, settled } = create();
    const send = (queue: MessageQueue<string>, content: string, more: Partial<NewMessage<string>> = {}) =>
      queue.send({ id: `id of ${content}`, content, sentAt: clock.now(), visibleAt: 0, ...more });
    const receive = (queue: MessageQueue<string>, more: Partial<ReceiveOptions> = {}) =>
      queue.receive({ max: 10, visibilityMs: 30_000, waitMs: 0, retentionMs: HOUR_MS, ...more });
    const [queue, other] = [here.queue(TEXTS, 'q', { isOrdered }), there.queue(TEXTS, 'q', { isOrdered })];
    return { clock, here, there, settled, queue, other, send, receive };
  };
  const contents = (messages: readonly { readonly content: string }[]) => messages.map(({ content }) => content);

  test('what one node sends the other receives, once, with what was sent', async () => {
    const { clock, queue, other, send, receive } = open();
    const now = clock.now();
    expect(await send(queue, 'a', { group: 'g' })).toEqual({
      id: 'id of a',
      number: expect.any(Number),
      note: undefined,
    });
    expect(await receive(other)).toEqual([
      {
        id: 'id of a',
        content: 'a',
        sentAt: now,
        group: 'g',
        number: expect.any(Number),
        receiveCount: 1,
        firstReceivedAt: now,
        receipt: expect.any(String),
      },
    ]);
    expect([await receive(queue), await receive(other)]).toEqual([[], []]);
  });

  test('of two nodes that receive at once, each message goes to one', async () => {
    const { queue, other, send, receive } = open();
    for (const content of ['a', 'b', 'c', 'd']) await send(queue, content);
    const [mine, theirs] = await Promise.all([receive(queue, { max: 2 }), receive(other, { max: 2 })]);
    expect([...contents(mine), ...contents(theirs)].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('what was not deleted in time is received again, and the old receipt deletes nothing', async () => {
    const { clock, queue, other, send, receive } = open();
    await send(queue, 'a');
    const [first] = await receive(queue);
    await clock.advance(30_000);
    const [second] = await receive(other);
    expect([second?.content, second?.receiveCount]).toEqual(['a', 2]);
    expect(await queue.delete(first?.receipt ?? '')).toBe('unknown');
    expect(await queue.delete(second?.receipt ?? '')).toBe('deleted');
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('a message is hidden for longer or shown at once by its receipt, on whichever node', async () => {
    const { clock, queue, other, send, receive } = open();
    await send(queue, 'a');
    const [{ receipt = '' } = {}] = await receive(queue);
    expect(await other.hide(receipt, clock.now() + 40_000, HOUR_MS)).toBe('hidden');
    await clock.advance(39_999);
    expect(await receive(queue)).toEqual([]);
    expect(await other.hide(receipt, clock.now() + HOUR_MS, HOUR_MS)).toBe('too long');
    expect(await other.hide(receipt, clock.now(), HOUR_MS)).toBe('hidden');
    expect(contents(await receive(queue))).toEqual(['a']);
    // Its first receipt still does it. Recorded on AWS: LocalStack, test_terminate_visibility_timeout_after_receive.
    expect(await other.hide(receipt, clock.now(), HOUR_MS)).toBe('hidden');
    expect(await other.hide(receipt, clock.now(), HOUR_MS)).toBe('unknown');
    expect(await other.hide('no receipt', clock.now(), HOUR_MS)).toBe('unknown');
  });

  test('a poll on one node ends with a message that the other sends, a delay that ends, or its time', async () => {
    const { clock, queue, other, send, receive } = open();
    const sent = receive(queue, { waitMs: 20_000 });
    await send(other, 'now');
    expect(contents(await sent)).toEqual(['now']);
    const delayed = receive(queue, { waitMs: 20_000 });
    await send(other, 'later', { visibleAt: clock.now() + 5000 });
    expect(await other.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 1 });
    await clock.advance(5000);
    expect(contents(await delayed)).toEqual(['later']);
    const nothing = receive(queue, { waitMs: 20_000 });
    await clock.advance(20_000);
    expect(await nothing).toEqual([]);
  });

  test('a poll ends when its caller leaves, and when the queue is removed on another node', async () => {
    const { there, settled, queue, other, send, receive } = open();
    const away = new AbortController();
    const left = receive(queue, { waitMs: 20_000, signal: away.signal });
    await settled();
    away.abort();
    expect(await left).toEqual([]);
    const removed = receive(queue, { waitMs: 20_000 });
    await send(other, 'old', { visibleAt: Number.POSITIVE_INFINITY });
    await there.removeQueue(TEXTS, 'q');
    expect(await removed).toEqual([]);
    expect(await there.queue(TEXTS, 'q', { isOrdered: false }).counts()).toEqual({
      visible: 0,
      inFlight: 0,
      delayed: 0,
    });
  });

  test('in an ordered queue a group is received in order, and waits while one of its messages is in flight', async () => {
    const { clock, queue, other, send, receive } = open({ isOrdered: true });
    for (const content of ['a1', 'a2', 'b1']) await send(queue, content, { group: content.slice(0, 1) });
    const [a1] = await receive(queue, { max: 1 });
    expect([a1?.content, contents(await receive(other))]).toEqual(['a1', ['b1']]);
    expect(await other.delete(a1?.receipt ?? '')).toBe('deleted');
    const [a2] = await receive(other);
    expect(a2?.content).toBe('a2');
    await clock.advance(30_000);
    expect(await queue.delete(a2?.receipt ?? '')).toBe('late');
    expect(contents(await receive(queue))).toEqual(['a2', 'b1']);
  });

  test('within five minutes a message with the same key is the first one, whichever node sends it', async () => {
    const { clock, queue, other, send, receive } = open({ isOrdered: true });
    const first = await send(queue, 'a', { deduplication: { key: 'k', note: 'of a' } });
    await clock.advance(DEDUPLICATION_MS - 1);
    expect(await send(other, 'b', { deduplication: { key: 'k', note: 'of b' } })).toEqual(first);
    await clock.advance(1);
    expect(await send(other, 'c', { deduplication: { key: 'k', note: 'of c' } })).toMatchObject({ note: 'of c' });
    expect(contents(await receive(queue))).toEqual(['a', 'c']);
  });

  test('what is older than its retention is dropped; drain and purge empty the queue', async () => {
    const { clock, queue, other, send, receive } = open();
    await send(queue, 'old');
    await clock.advance(HOUR_MS);
    for (const content of ['a', 'b', 'c']) await send(queue, content);
    expect(contents(await receive(other, { max: 1 }))).toEqual(['a']);
    expect(contents(await other.drain())).toEqual(['b', 'c']);
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await other.purge();
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('a look shows what is visible, hidden and delayed, in pages, and changes nothing', async () => {
    const { clock, queue, other, send, receive } = open();
    const now = clock.now();
    await send(queue, 'old', { sentAt: now - HOUR_MS });
    const { number: a } = await send(queue, 'a');
    const { number: b } = await send(queue, 'b');
    const { number: c } = await send(queue, 'c', { visibleAt: now + 5000, group: 'g' });
    const [taken] = await receive(other, { max: 1 });
    const look = (after: number, max = 10) => other.look({ after, max, retentionMs: HOUR_MS });
    expect(await look(0)).toEqual([
      {
        ...{ id: 'id of a', content: 'a', sentAt: now, group: undefined, number: a, receiveCount: 1 },
        ...{ firstReceivedAt: now, state: 'hidden', visibleAt: now + 30_000 },
      },
      {
        ...{ id: 'id of b', content: 'b', sentAt: now, group: undefined, number: b, receiveCount: 0 },
        ...{ firstReceivedAt: undefined, state: 'visible', visibleAt: 0 },
      },
      {
        ...{ id: 'id of c', content: 'c', sentAt: now, group: 'g', number: c, receiveCount: 0 },
        ...{ firstReceivedAt: undefined, state: 'delayed', visibleAt: now + 5000 },
      },
    ]);
    expect([contents(await look(0, 1)), contents(await look(a, 1)), await look(c)]).toEqual([['a'], ['b'], []]);
    expect(await queue.delete(taken?.receipt ?? '')).toBe('deleted');
    expect(contents(await look(0))).toEqual(['b', 'c']);
  });

  test('clear empties queues and ends polls', async () => {
    const { here, settled, queue, other, receive } = open();
    const poll = receive(other, { waitMs: 20_000 });
    await settled();
    await here.clear();
    expect(await poll).toEqual([]);
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});
