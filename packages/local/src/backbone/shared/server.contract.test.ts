// What every server promises to the shared backbone (server.ts), asked of a simulated one and of NATS.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { readAddress } from '../nats/address.ts';
import { connectNats } from '../nats/server.ts';
import { natsServer, startTestServer, type TestServer } from '../nats/test-server.ts';
import { connectSimulated, SimulatedStore } from '../simulated/server.ts';
import { Wire } from '../simulated/wire.ts';
import { NobodyAnswers, type Server, ServerAway, type Stream, type StreamMessage, WrongLast } from './server.ts';

interface UnderTest {
  readonly here: Server;
  readonly there: Server;
}

const simulated = (seed: number) => async (): Promise<UnderTest> => {
  const [store, wire] = [new SimulatedStore(), new Wire(createClock(), seed)];
  return { here: connectSimulated(store, wire), there: connectSimulated(store, wire) };
};

let server: TestServer | undefined;
let clouds = 0;
afterAll(() => server?.stop());

async function onNats(): Promise<UnderTest> {
  server ??= await startTestServer();
  const address = await readAddress(`${server.url}/cloud${++clouds}`);
  const [here, there] = [
    await connectNats(address, { clock: createClock() }),
    await connectNats(address, { clock: createClock() }),
  ];
  return { here, there };
}

const servers: readonly (readonly [string, () => Promise<UnderTest>])[] = [
  ['simulated, seed 1', simulated(1)],
  ['simulated, seed 2', simulated(2)],
  ...(natsServer ? [['NATS', onNats] as const] : []),
];

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);
const shown = ({ subject, sequence, data }: StreamMessage) => `${sequence} ${subject} ${text(data)}`;

async function all(messages: AsyncIterable<StreamMessage>): Promise<string[]> {
  const found: string[] = [];
  for await (const message of messages) found.push(shown(message));
  return found;
}

/** Listens, and resolves when so many messages have come. */
function hearing() {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  return {
    heard,
    listener: (message: string) => {
      heard.push(message);
      for (const look of waiting) look();
    },
    async until(count: number): Promise<readonly string[]> {
      await new Promise<void>((resolve) => {
        const look = () => void (heard.length >= count && resolve());
        waiting.add(look);
        look();
      });
      return heard;
    },
  };
}

describe.each(servers)('%s', (name, open) => {
  let here: Server;
  let there: Server;
  let stream: Stream;
  let other: Stream;

  beforeEach(async () => {
    ({ here, there } = await open());
    stream = await here.stream('s');
    other = await there.stream('s');
  });
  afterEach(async () => {
    await here.close();
    await there.close();
  });

  test('sequences grow by one, from 1', async () => {
    expect(await stream.lastSequence()).toBe(0);
    expect(await stream.publish('s.a', bytes('1'))).toBe(1);
    expect(await other.publish('s.b', bytes('2'))).toBe(2);
    expect(await stream.lastSequence()).toBe(2);
  });

  test('publishes of one connection are stored in their order', async () => {
    const sequences = await Promise.all(Array.from({ length: 300 }, (_, n) => stream.publish(`s.${n}`, bytes(`${n}`))));
    expect(sequences).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  });

  test('of each subject the newest message stays', async () => {
    await stream.publish('s.a.x', bytes('1'));
    await stream.publish('s.b.x', bytes('2'));
    await stream.publish('s.a.x', bytes('3'));
    expect(await all(other.read('s.>'))).toEqual(['2 s.b.x 2', '3 s.a.x 3']);
  });

  test('reads fit a filter: * is one token, > one or more', async () => {
    for (const subject of ['s.a', 's.a.b', 's.a.c', 's.a.c.d', 's.~x=.c-_']) await stream.publish(subject, bytes('.'));
    expect(await all(other.read('s.a.*'))).toEqual(['2 s.a.b .', '3 s.a.c .']);
    expect(await all(other.read('s.a.>'))).toEqual(['2 s.a.b .', '3 s.a.c .', '4 s.a.c.d .']);
    expect(await all(other.read('s.*.c'))).toEqual(['3 s.a.c .']);
    expect(await all(other.read('s.~x=.*'))).toEqual(['5 s.~x=.c-_ .']);
    expect(await all(other.read('s.a'))).toEqual(['1 s.a .']);
    expect(await all(other.read('s.z.>'))).toEqual([]);
    expect(await all(other.read('s.z'))).toEqual([]);
    expect(await all(other.read('>'))).toHaveLength(5);
  });

  test('a read that is left early can be followed by another', async () => {
    for (let n = 0; n < 50; n++) await stream.publish(`s.${n}`, bytes('.'));
    for await (const { sequence } of stream.read('s.>')) if (sequence === 3) break;
    expect(await all(stream.read('s.>'))).toHaveLength(50);
  });

  test('a read ends, though others write meanwhile', async () => {
    for (let n = 0; n < 20; n++) await stream.publish(`s.${n}`, bytes('.'));
    let read = 0;
    for await (const { sequence } of stream.read('s.>')) {
      read++;
      await other.publish(`s.more.${read}`, bytes('.'));
      expect(sequence).toBeLessThanOrEqual(20);
    }
    expect(read).toBe(20);
  });

  test('bytes are kept as they are', async () => {
    const data = new Uint8Array(Array.from({ length: 256 }, (_, n) => n));
    await stream.publish('s.bytes', data);
    await stream.publish('s.none', new Uint8Array());
    expect([...((await other.newest('s.bytes'))?.data ?? [])]).toEqual([...data]);
    expect((await other.newest('s.none'))?.data.length).toBe(0);
  });

  test('messages as large as maxBytes are kept, larger ones are refused', async () => {
    const large = new Uint8Array(here.maxBytes).fill(7);
    await stream.publish('s.large', large, { id: 'an id' });
    expect((await other.newest('s.large'))?.data.length).toBe(here.maxBytes);
    await expect(async () => stream.publish('s.large', new Uint8Array(4 * 2 ** 20))).rejects.toThrow();
  });

  test('the newest that fits', async () => {
    expect(await other.newest('s.>')).toBeUndefined();
    await stream.publish('s.a.x', bytes('1'));
    await stream.publish('s.a.y', bytes('2'));
    await stream.publish('s.b.x', bytes('3'));
    expect(await other.newest('s.a.*').then((found) => found && shown(found))).toBe('2 s.a.y 2');
    expect(await other.newest('s.>').then((found) => found && shown(found))).toBe('3 s.b.x 3');
    expect(await other.newest('s.a.x').then((found) => found && shown(found))).toBe('1 s.a.x 1');
    expect(await other.newest('s.c')).toBeUndefined();
  });

  test('a publish that expects the last of its subject is refused when it is another', async () => {
    const first = await stream.publish('s.row', bytes('1'), { lastOfSubject: 0 });
    await expect(other.publish('s.row', bytes('x'), { lastOfSubject: 0 })).rejects.toThrow(WrongLast);
    const second = await other.publish('s.row', bytes('2'), { lastOfSubject: first });
    await expect(stream.publish('s.row', bytes('x'), { lastOfSubject: first })).rejects.toThrow(WrongLast);
    await stream.remove({ subject: 's.row', sequence: second });
    await stream.publish('s.row', bytes('3'), { lastOfSubject: 0 });
    expect(await all(other.read('s.row'))).toEqual(['3 s.row 3']);
  });

  test('of many that expect the same, one is stored', async () => {
    const both = [stream, other].flatMap((of) =>
      Array.from({ length: 10 }, () => of.publish('s.row', bytes('x'), { lastOfSubject: 0 })),
    );
    const results = await Promise.allSettled(both);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('of many that expect the same message, one is stored', async () => {
    let last = await stream.publish('s.row', bytes('x'));
    for (let round = 0; round < 50; round++) {
      const both = [stream, other, stream].map((of) => of.publish('s.row', bytes('x'), { lastOfSubject: last }));
      const results = await Promise.allSettled(both);
      const stored = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(stored).toHaveLength(1);
      last = stored[0] ?? 0;
    }
  });

  test('a chain holds with many under way', async () => {
    await stream.publish('s.0', bytes('.'), { id: '1.0' });
    const chained = Array.from({ length: 200 }, (_, n) =>
      stream.publish(`s.${n + 1}`, bytes('.'), { id: `1.${n + 1}`, after: `1.${n}` }),
    );
    expect((await Promise.all(chained)).at(-1)).toBe(201);
  });

  test('after a foreign link nothing more of a chain gets in', async () => {
    await stream.publish('s.take', bytes('.'), { id: '1.0' });
    const begun = Array.from({ length: 100 }, (_, n) =>
      stream.publish(`s.${n}`, bytes('.'), { id: `1.${n + 1}`, after: `1.${n}` }),
    );
    const taken = other.publish('s.take', bytes('.'), { id: '2.0' });
    const late = Array.from({ length: 100 }, (_, n) =>
      stream.publish(`s.${n + 100}`, bytes('.'), { id: `1.${n + 101}`, after: `1.${n + 100}` }),
    );
    const results = await Promise.allSettled([...begun, ...late]);
    const stored = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(stored.filter((sequence) => sequence > 1).at(-1) ?? 0).toBeLessThan((await taken) + 1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WrongLast);
    await expect(stream.publish('s.x', bytes('.'), { id: '1.300', after: '1.200' })).rejects.toThrow(WrongLast);
    await other.publish('s.x', bytes('.'), { id: '2.1', after: '2.0' });
  });

  // Source: seen on nats-server 2.9.10, which forgets the last id with the first message that has none.
  test('a message without an id ends a chain, and a removed one does not', async () => {
    await stream.publish('s.a', bytes('.'), { id: '1.0' });
    const sequence = await stream.publish('s.b', bytes('.'), { id: '1.1', after: '1.0' });
    await other.remove({ subject: 's.b', sequence });
    await stream.publish('s.c', bytes('.'), { id: '1.2', after: '1.1' });
    await expect(stream.publish('s.d', bytes('.'), { id: '1.3', after: '1.1' })).rejects.toThrow(WrongLast);
    await other.publish('s.e', bytes('.'));
    await expect(stream.publish('s.f', bytes('.'), { id: '1.3', after: '1.2' })).rejects.toThrow(WrongLast);
    await other.publish('s.take', bytes('.'), { id: '2.0' });
    await other.publish('s.f', bytes('.'), { id: '2.1', after: '2.0' });
  });

  test('removing what is not there does nothing', async () => {
    const sequence = await stream.publish('s.a', bytes('.'));
    await stream.remove({ subject: 's.a', sequence });
    await stream.remove({ subject: 's.a', sequence });
    await stream.remove({ subject: 's.a', sequence: 999 });
    expect(await all(stream.read('s.>'))).toEqual([]);
    expect(await stream.lastSequence()).toBe(sequence);
    expect(await stream.publish('s.a', bytes('.'))).toBe(sequence + 1);
  });

  test('purges by filter, by sequence, by both, and all', async () => {
    const fill = async () => {
      for (const subject of ['s.a.1', 's.b.1', 's.a.2', 's.b.2']) await stream.publish(subject, bytes('.'));
    };
    const left = async () => (await all(stream.read('s.>'))).map((line) => line.split(' ')[1]);
    await fill();
    await other.purge({ filter: 's.a.*' });
    expect(await left()).toEqual(['s.b.1', 's.b.2']);
    await fill();
    await other.purge({ below: (await stream.lastSequence()) - 1 });
    expect(await left()).toEqual(['s.a.2', 's.b.2']);
    await fill();
    await other.purge({ filter: 's.a.*', below: (await stream.lastSequence()) - 1 });
    expect(await left()).toEqual(['s.b.1', 's.a.2', 's.b.2']);
    await other.purge();
    expect(await left()).toEqual([]);
    expect(await stream.lastSequence()).toBe(12);
  });

  test('follows from a sequence: what there is, and what comes', async () => {
    await stream.publish('s.a.1', bytes('1'));
    await stream.publish('s.b.1', bytes('2'));
    await stream.publish('s.a.2', bytes('3'));
    const [fromStart, fromThird] = [hearing(), hearing()];
    await other.follow('s.a.*', 1, (message) => fromStart.listener(shown(message)));
    await other.follow('s.>', 3, (message) => fromThird.listener(shown(message)));
    await stream.publish('s.a.3', bytes('4'));
    expect(await fromStart.until(3)).toEqual(['1 s.a.1 1', '3 s.a.2 3', '4 s.a.3 4']);
    expect(await fromThird.until(2)).toEqual(['3 s.a.2 3', '4 s.a.3 4']);
  });

  test("follows from 'next' what is stored after it has resolved, until it is ended", async () => {
    await stream.publish('s.a', bytes('1'));
    const next = hearing();
    const stop = await other.follow('s.>', 'next', (message) => next.listener(shown(message)));
    await stream.publish('s.b', bytes('2'));
    expect(await next.until(1)).toEqual(['2 s.b 2']);
    stop();
    await stream.publish('s.c', bytes('3'));
    const later = hearing();
    await other.follow('s.>', 'next', (message) => later.listener(shown(message)));
    await stream.publish('s.d', bytes('4'));
    await later.until(1);
    expect(next.heard).toEqual(['2 s.b 2']);
  });

  test('a follower hears many in order, each once', async () => {
    const hears = hearing();
    await other.follow('s.>', 1, (message) => hears.listener(text(message.data)));
    await Promise.all(Array.from({ length: 2000 }, (_, n) => stream.publish(`s.${n}`, bytes(`${n}`))));
    await hears.until(2000);
    expect(hears.heard).toEqual(Array.from({ length: 2000 }, (_, n) => `${n}`));
  });

  test('a stream is made once, and is empty after it was removed', async () => {
    await stream.publish('s.a', bytes('1'));
    expect(await all((await there.stream('s')).read('s.>'))).toEqual(['1 s.a 1']);
    await there.removeStream('s');
    await there.removeStream('s');
    const again = await there.stream('s');
    expect(await all(again.read('s.>'))).toEqual([]);
    expect(await again.publish('s.a', bytes('2'))).toBe(1);
  });

  test('streams do not see one another', async () => {
    const next = await here.stream('s2');
    await next.publish('s2.a', bytes('2'));
    await stream.publish('s.a', bytes('1'));
    expect(await all(next.read('>'))).toEqual(['1 s2.a 2']);
    expect(await all(stream.read('>'))).toEqual(['1 s.a 1']);
  });

  test('asks whoever answers under a name', async () => {
    const stop = await there.answer('node-1', async (data) => bytes(`${text(data)}!`));
    expect(text(await here.ask('node-1', bytes('hello'), { timeoutMs: 5000 }))).toBe('hello!');
    await expect(here.ask('node-2', bytes('hello'), { timeoutMs: 5000 })).rejects.toThrow(NobodyAnswers);
    stop();
    // What is said after it is heard after it.
    await there.stream('s').then((of) => of.lastSequence());
    await expect(here.ask('node-1', bytes('hello'), { timeoutMs: 5000 })).rejects.toThrow(NobodyAnswers);
  });

  test('an answer that fails fails for who asked, with its message', async () => {
    await there.answer('node-1', async () => {
      throw new Error('no: äöü\nnot here');
    });
    await expect(here.ask('node-1', bytes(''), { timeoutMs: 5000 })).rejects.toThrow('no: äöü\nnot here');
  });

  test('an answer that fails with half a character in its message fails for who asked, too', async () => {
    await there.answer('node-1', async () => {
      throw new Error('no: \ud800');
    });
    // On a wire it becomes a question mark.
    await expect(here.ask('node-1', bytes(''), { timeoutMs: 5000 })).rejects.toThrow(/^no: [?\ud800]$/);
  });

  test('a question is given up when a signal says so', async () => {
    await there.answer('node-1', () => new Promise(() => {}));
    const asking = here.ask('node-1', bytes(''), { timeoutMs: 60_000, signal: AbortSignal.timeout(20) });
    await expect(asking).rejects.toThrow(ServerAway);
    const before = here.ask('node-1', bytes(''), { timeoutMs: 60_000, signal: AbortSignal.abort() });
    await expect(before).rejects.toThrow(ServerAway);
  });

  // A simulated server has no time.
  test.skipIf(name !== 'NATS')('a question that nobody answers in time is given up', async () => {
    await there.answer('node-1', () => new Promise(() => {}));
    await expect(here.ask('node-1', bytes(''), { timeoutMs: 20 })).rejects.toThrow(ServerAway);
  });

  test('tells everybody who hears a name', async () => {
    const [one, two, other] = [hearing(), hearing(), hearing()];
    const stop = await here.hear('all', (data) => one.listener(text(data)));
    await there.hear('all', (data) => two.listener(text(data)));
    await there.hear('others', (data) => other.listener(text(data)));
    here.tell('all', bytes('1'));
    await Promise.all([one.until(1), two.until(1)]);
    stop();
    here.tell('others', bytes('2'));
    await other.until(1);
    here.tell('all', bytes('3'));
    expect(await two.until(2)).toEqual(['1', '3']);
    expect(one.heard).toEqual(['1']);
    expect(other.heard).toEqual(['2']);
  });

  test('who closed its connection hears and answers nothing more', async () => {
    const hears = hearing();
    const also = hearing();
    await there.answer('node-1', async () => bytes('here'));
    await there.hear('all', (data) => hears.listener(text(data)));
    await here.hear('all', (data) => also.listener(text(data)));
    await other.follow('s.>', 1, (message) => hears.listener(shown(message)));
    await there.close();
    await stream.publish('s.a', bytes('1'));
    here.tell('all', bytes('2'));
    await also.until(1);
    expect(hears.heard).toEqual([]);
    await expect(here.ask('node-1', bytes(''), { timeoutMs: 5000 })).rejects.toThrow(NobodyAnswers);
  });
});
