// Tables and logs on real servers: what the simulated one cannot show, because it is simpler than they are.
import { afterEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { logOf } from '../log.ts';
import { readAddress } from '../nats/address.ts';
import { connectNats } from '../nats/server.ts';
import { natsServer, startServers, type TestServer } from '../nats/test-server.ts';
import { updateRow } from '../update.ts';
import { SharedLogs } from './logs/logs.ts';
import { ServerAway } from './server.ts';
import { SharedTables } from './tables/tables.ts';

const LINES = logOf<string>('test/lines', { maxEntries: 1000, maxBytes: 1e9, sizeBytes: (line) => line.length });
const LARGE = 'x'.repeat(3_000_000);

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function start(count: number): Promise<TestServer[]> {
  const servers = await startServers(count);
  stops.push(async () => void (await Promise.all(servers.map((server) => server.stop()))));
  return servers;
}

async function join(servers: readonly TestServer[]) {
  const clock = createClock();
  const address = await readAddress(`nats://${servers.map(({ url }) => url.slice('nats://'.length)).join(',')}`);
  const server = await connectNats(address, { clock });
  const tables = new SharedTables(server, { clock });
  const logs = new SharedLogs(server, { clock, tables });
  stops.push(async () => {
    await Promise.all([tables.close(), logs.close()]);
    await server.close();
  });
  await Promise.all([tables.open(), logs.open()]);
  return { tables, logs, counts: tables.table<{ readonly n: number; readonly text?: string }>('counts') };
}

describe.skipIf(!natsServer).each([1, 3])('on NATS servers: %i', (count) => {
  test('no change of a row is lost, entries have numbers without gaps, and large values are whole', async () => {
    const servers = await start(count);
    const [here, there] = [await join(servers), await join(servers)];
    const log = here.logs.log(LINES, 'x');
    const other = there.logs.log(LINES, 'x');
    const heard: number[] = [];
    const allHeard = new Promise<void>((resolve) => {
      other.tail(({ sequence }) => {
        if (heard.push(sequence) === 200) resolve();
      });
    });
    await other.bounds();
    const work = [here, there].flatMap(({ counts }, node) =>
      Array.from({ length: 100 }, async (_, n) => {
        await updateRow(counts, `row ${n % 3}`, (value) => ({ n: (value?.n ?? 0) + 1 }));
        await [log, other][node]?.append(`${node} ${n}`);
      }),
    );
    await Promise.all([...work, here.counts.put('large', { n: 0, text: LARGE })]);
    await allHeard;
    expect(heard).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(new Set((await log.read(1, 1000)).map(({ value }) => value)).size).toBe(200);
    const late = await join(servers);
    const rows = late.counts.list('row');
    expect(rows.reduce((sum, { value }) => sum + value.n, 0)).toBe(200);
    await Promise.all([here, there].map(({ tables }) => tables.caughtUp()));
    expect([here.counts.list(), there.counts.list()]).toEqual([late.counts.list(), late.counts.list()]);
    expect(late.counts.get('large')?.value.text).toBe(LARGE);
  });

  test('what was acknowledged is there after a server was killed, and everybody goes on', async () => {
    const servers = await start(count);
    const [here, there] = [await join(servers), await join(servers)];
    const log = here.logs.log(LINES, 'x');
    const acknowledged = { rows: 0, lines: new Map<number, string>() };
    let isOver = false;
    const write = async () => {
      for (let n = 1; !isOver; n++) {
        try {
          await here.counts.put(`row ${n}`, { n });
          acknowledged.rows++;
          const { sequence } = await log.append(`line ${n}`);
          acknowledged.lines.set(sequence, `line ${n}`);
        } catch (error) {
          expect(error).toBeInstanceOf(ServerAway);
        }
      }
    };
    const writing = write();
    const written = async (rows: number) => {
      while (acknowledged.rows < rows) await there.tables.caughtUp().catch(() => {});
    };
    await written(50);
    await servers[0]?.kill();
    await servers[0]?.start();
    await written(acknowledged.rows + 50);
    isOver = true;
    await writing;
    await there.tables.caughtUp();
    expect(there.counts.list().length).toBeGreaterThanOrEqual(acknowledged.rows);
    expect(there.counts.list()).toEqual(here.counts.list());
    const entries = await there.logs.log(LINES, 'x').read(1, 10_000);
    for (const [sequence, line] of acknowledged.lines) {
      const found = entries.find((entry) => entry.sequence === sequence);
      if (found) expect(found.value).toBe(line);
      else expect(sequence).toBeLessThan(entries[0]?.sequence ?? 0);
    }
  });
});
