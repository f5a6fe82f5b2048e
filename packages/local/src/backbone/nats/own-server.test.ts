// A server of our own, on a folder: what is in it stays, whoever is killed; it has one owner, and one format.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import type { Server } from '../shared/server.ts';
import { readAddress } from './address.ts';
import { takeDataFolder } from './data-folder.ts';
import { findServer } from './find-server.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';
import { connectNats } from './server.ts';
import { natsServer } from './test-server.ts';

const clock = createClock();
let folder: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earwitness-data-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function started(path = join(folder, 'data'), say: (sentence: string) => void = () => {}): Promise<OwnServer> {
  const server = await startOwnServer(path, { clock, say });
  stops.push(server.close);
  return server;
}

async function connected({ url }: OwnServer): Promise<Server> {
  const server = await connectNats(await readAddress(url), { clock });
  stops.push(server.close);
  return server;
}

async function refusal(starting: Promise<unknown>): Promise<string> {
  const error = await starting.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  return String(error).replaceAll(folder, 'FOLDER').replaceAll(String(process.pid), 'PID');
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}

/** Another process with a server on the folder. Resolves with it, and the server's process id, when it has started. */
async function startElsewhere(path: string): Promise<{ child: ChildProcess; server: number; url: string }> {
  const script = join(folder, 'elsewhere.mjs');
  await build({
    stdin: {
      contents: `
        import { createClock } from '../../clock/clock.ts';
        import { startOwnServer } from './own-server.ts';
        const server = await startOwnServer(${JSON.stringify(path)}, { clock: createClock(), say: console.error });
        console.log(JSON.stringify({ server: await server.pid(), url: server.url }));`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(async () => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

test('what is missing is named with the command that installs it', async () => {
  expect(await refusal(findServer({ PATH: folder }).then(() => Promise.reject(new Error('it is installed'))))).toMatch(
    natsServer?.startsWith('/usr/') ? 'it is installed' : /Install it: .*nats-server/,
  );
});

const isRoot = process.getuid?.() === 0;
if (isRoot) console.log('folders without rights are not tried: root may read and write everything.');

describe('a folder', () => {
  test('that is new or empty is taken, and again after it was released', async () => {
    await (await takeDataFolder(join(folder, 'a/b'))).release();
    await (await takeDataFolder(join(folder, 'a/b'))).release();
  });

  test('has one owner', async () => {
    const path = join(folder, 'data');
    const taken = await takeDataFolder(path);
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: Process PID has the folder 'FOLDER/data' now. End it, use another folder, or let both share a NATS server of your own: --backbone nats://HOST:4222."`,
    );
    await taken.release();
  });

  test('has one owner, however many want it at once', async () => {
    const path = join(folder, 'data');
    await (await takeDataFolder(path)).release();
    const takes = await Promise.allSettled(Array.from({ length: 10 }, () => takeDataFolder(path)));
    const taken = takes.flatMap((take) => (take.status === 'fulfilled' ? [take.value] : []));
    expect(taken).toHaveLength(1);
    for (const { release } of taken) await release();
  });

  test('has an owner that stands still and does not say who it is', async () => {
    const path = join(folder, 'data');
    await (await takeDataFolder(path)).release();
    const still = createServer(() => {}).listen(join(path, 'owner.sock'));
    await once(still, 'listening');
    expect(await refusal(takeDataFolder(path, { answerMs: 1 }))).toContain('Another process has the folder');
    still.close();
  });

  test('with a path too long for a socket has one owner, too', async () => {
    const path = join(folder, 'long'.repeat(30));
    const taken = await takeDataFolder(path);
    expect(await refusal(takeDataFolder(path))).toContain('Process PID has the folder');
    await taken.release();
  });

  test('may be a volume that was just made', async () => {
    await mkdir(join(folder, 'lost+found'));
    await (await takeDataFolder(folder)).release();
  });

  test('with other things in it, of another format or that is a file is refused', async () => {
    const path = join(folder, 'data');
    await writeFile(path, 'a file');
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: 'FOLDER/data' is a file. Expected is a folder, or a name that is free."`,
    );
    expect(await refusal(takeDataFolder(join(path, 'in', 'it')))).toMatchInlineSnapshot(
      `"BackboneError: data: 'FOLDER/data' is a file. Expected is a folder, or a name that is free."`,
    );
    expect(await refusal(takeDataFolder(folder))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder 'FOLDER' has other things in it ('data'). Expected is an empty folder, a new one, or one that Earwitness has made."`,
    );
    await rm(path);
    await (await takeDataFolder(path)).release();
    await writeFile(join(path, 'earwitness.json'), '{ "format": 99 }');
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder 'FOLDER/data' is stored in format 99, and this version of Earwitness has format 2. Use the version that wrote it, or another folder."`,
    );
    await writeFile(join(path, 'earwitness.json'), 'x');
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder 'FOLDER/data' is stored in format 'x', and this version of Earwitness has format 2. Use the version that wrote it, or another folder."`,
    );
    await rm(join(path, 'earwitness.json'));
    await mkdir(join(path, 'earwitness.json'));
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: 'FOLDER/data/earwitness.json' cannot be read (EISDIR: illegal operation on a directory, read)."`,
    );
  });

  // Node's own recursive mkdir does not come to an end there.
  test.skipIf(process.platform !== 'linux')('where no folder can be made is refused', async () => {
    expect(await refusal(takeDataFolder('/proc/earwitness/data'))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder '/proc/earwitness' cannot be made (ENOENT: no such file or directory, mkdir '/proc/earwitness'). Expected is a place where this user may make folders."`,
    );
  });

  // Whoever may do everything is refused nothing.
  test.skipIf(isRoot)('that may not be read or written to is refused', async () => {
    const path = join(folder, 'data');
    await (await takeDataFolder(path)).release();
    await chmod(path, 0o500);
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder 'FOLDER/data' cannot be written to (EACCES: permission denied, mkdir 'FOLDER/data/taking'). Expected is one that this user may write to."`,
    );
    await chmod(path, 0o700);
    await chmod(join(path, 'earwitness.json'), 0);
    expect(await refusal(takeDataFolder(path))).toMatchInlineSnapshot(
      `"BackboneError: data: 'FOLDER/data/earwitness.json' cannot be read (EACCES: permission denied, open 'FOLDER/data/earwitness.json')."`,
    );
    await chmod(folder, 0o500);
    expect(await refusal(takeDataFolder(join(folder, 'new', 'data')))).toMatchInlineSnapshot(
      `"BackboneError: data: the folder 'FOLDER/new' cannot be made (EACCES: permission denied, mkdir 'FOLDER/new'). Expected is a place where this user may make folders."`,
    );
    await chmod(folder, 0o700);
  });
});

describe.skipIf(!natsServer)('a server of our own', () => {
  test('has at the next start what it had', async () => {
    const first = await started();
    await (await (await connected(first)).stream('s')).publish('s.a', bytes('1'));
    const pid = (await first.pid()) ?? 0;
    await first.close();
    expect(isAlive(pid)).toBe(false);
    const second = await started();
    expect(text((await (await (await connected(second)).stream('s')).newest('s.a'))?.data)).toBe('1');
  });

  test('is started again when it is killed, which is said, and is found again', async () => {
    const said: string[] = [];
    const server = await started(undefined, (sentence) => void said.push(sentence.replaceAll(folder, 'FOLDER')));
    const stream = await (await connected(server)).stream('s');
    await stream.publish('s.a', bytes('1'));
    process.kill((await server.pid()) ?? 0, 'SIGKILL');
    for (let isBack = false; !isBack; ) {
      isBack = await stream.publish('s.b', bytes('2')).then(
        () => said.length > 0,
        () => false,
      );
    }
    expect(text((await stream.newest('s.a'))?.data)).toBe('1');
    expect(said).toMatchInlineSnapshot(`
      [
        "The NATS server of 'FOLDER/data' ended (code 137), and is started again; what it says is in FOLDER/data/nats.log.",
      ]
    `);
  });

  test('ends when its owner is killed, and the next owner has what it had', async () => {
    const path = join(folder, 'data');
    const { child, server, url } = await startElsewhere(path);
    const first = await connectNats(await readAddress(url), { clock });
    await (await first.stream('s')).publish('s.a', bytes('1'));
    await first.close();
    expect(await refusal(startOwnServer(path, { clock, say: () => {} }))).toContain(
      `Process ${child.pid} has the folder`,
    );
    const over = once(child, 'exit');
    child.kill('SIGKILL');
    await over;
    const next = await started(path);
    expect(isAlive(server)).toBe(false);
    expect(text((await (await (await connected(next)).stream('s')).newest('s.a'))?.data)).toBe('1');
  });

  test('ends when its owner is killed, also when nobody comes after', async () => {
    const { child, server } = await startElsewhere(join(folder, 'data'));
    child.kill('SIGKILL');
    await isGone(server);
  });

  test('wants its password', async () => {
    const { url } = await started();
    const stranger = readAddress(url.replace(/\/\/.*@/, '//')).then((address) => connectNats(address, { clock }));
    expect(await refusal(stranger)).toContain('refuses these credentials');
  });
});
