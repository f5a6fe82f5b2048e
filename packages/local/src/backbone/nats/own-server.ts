// A NATS server of our own: found on this machine, started on a free port of 127.0.0.1 with its data in a folder,
// started again when it ends, and ended with us. A process that is killed cannot end what it started: so the server
// runs beside a shell that reads from us and ends it when there is nobody to read from, and whoever takes the folder
// next ends what is left nevertheless.
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { takeDataFolder } from './data-folder.ts';
import { type FoundServer, findServer } from './find-server.ts';
import type { WireClock } from './link.ts';
import { BackboneError } from './problem.ts';

export interface OwnServer {
  /** `nats://earwitness:PASSWORD@127.0.0.1:PORT` */
  readonly url: string;
  /** The folder. */
  readonly path: string;
  /** Of the server, as it runs now. */
  pid(): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface OwnServerOptions {
  readonly clock: WireClock;
  /** Is told, in a sentence, when the server ended by itself, and what is done about it. */
  readonly say: (sentence: string) => void;
}

/** Ours: bytes of one message. Larger values are stored in pieces. */
const MAX_PAYLOAD = '4MB';
/** Ours: what power loss may cost, where the server can be told (2.10). */
const SYNC_INTERVAL = '10s';
/** Ours: how long a server may take until it listens; it reads its files first. */
const START_MS = 60_000;
/** Ours: how long it may take to end, before it is killed. */
const END_MS = 10_000;
/** Ours: pauses before it is started again; one that ran for longer than the last begins anew. */
const PAUSES_MS = [0, 500, 1000, 2000, 5000] as const;
const POLL_MS = 20;

// Runs the server `$0` with the configuration `$1`, and ends it when nothing more can be read from descriptor 0.
const BESIDE = `exec 3<&0
"$0" -c "$1" </dev/null 3<&- & server=$!
{ cat <&3 >/dev/null; kill -TERM $server; } 2>/dev/null & watch=$!
exec 3<&-
wait $server; code=$?
kill $watch 2>/dev/null
exit $code`;

/** @throws BackboneError when there is no server, or the folder is another's or of another format */
export async function startOwnServer(given: string, { clock, say }: OwnServerOptions): Promise<OwnServer> {
  const found = await findServer();
  const folder = await takeDataFolder(given);
  const at = (name: string) => join(folder.path, name);
  const [config, pidFile, log] = [at('nats.conf'), at('nats.pid'), at('nats.log')];
  const password = randomBytes(24).toString('base64url');
  let child: ChildProcess | undefined;
  let isClosing = false;

  async function start(port: number): Promise<void> {
    await endEarlier(pidFile, config, clock);
    await writeFile(config, configurationOf({ port, password, folder: folder.path, pidFile, log, found }), {
      mode: 0o600,
    });
    // It was closed while an earlier one was ended: nobody would end this one.
    if (isClosing) return;
    child = run(found.path, config);
    await listens(port, child, { clock, log });
  }

  // A port that somebody else took meanwhile shows as a server that does not start.
  async function startFirst(): Promise<number> {
    for (let left = 3; ; ) {
      const port = await freePort();
      try {
        await start(port);
        return port;
      } catch (error) {
        if (--left === 0) throw error;
      }
    }
  }

  async function supervise(port: number): Promise<void> {
    let failures = 0;
    while (!isClosing && child) {
      const started = child;
      const rested = { isLong: false };
      const timer = clock.setWireTimer(PAUSES_MS[4] * 2, () => {
        rested.isLong = true;
      });
      const [code, signal] = await ended(started);
      timer.cancel();
      if (isClosing) return;
      failures = rested.isLong ? 0 : failures + 1;
      const why = signal ?? `code ${code}`;
      const pauseMs = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
      say(`The NATS server of '${folder.path}' ended (${why}), and is started again; what it says is in ${log}.`);
      await new Promise<void>((resolve) => void clock.setWireTimer(pauseMs, resolve));
      if (isClosing) return;
      await start(port).catch(() => {});
    }
  }

  try {
    const port = await startFirst();
    void supervise(port);
    return {
      url: `nats://earwitness:${password}@127.0.0.1:${port}`,
      path: folder.path,
      pid: () => readPid(pidFile),
      async close() {
        if (isClosing) return;
        isClosing = true;
        if (child) await end(child, pidFile, config, clock);
        await rm(config, { force: true });
        await folder.release();
      },
    };
  } catch (error) {
    isClosing = true;
    if (child) await end(child, pidFile, config, clock);
    await folder.release();
    throw error;
  }
}

function configurationOf(parts: {
  readonly port: number;
  readonly password: string;
  readonly folder: string;
  readonly pidFile: string;
  readonly log: string;
  readonly found: FoundServer;
}): string {
  const { port, password, folder, pidFile, log, found } = parts;
  const quoted = (path: string) => JSON.stringify(path);
  const [major = 0, minor = 0] = found.version;
  const sync = major > 2 || minor >= 10 ? `\n  sync_interval: "${SYNC_INTERVAL}"` : '';
  return `# Written at every start.
listen: "127.0.0.1:${port}"
server_name: "earwitness"
max_payload: ${MAX_PAYLOAD}
pid_file: ${quoted(pidFile)}
log_file: ${quoted(log)}
logfile_size_limit: 10MB
authorization { user: "earwitness", password: "${password}" }
jetstream {
  store_dir: ${quoted(join(folder, 'streams'))}${sync}
}
`;
}

/** In a group of its own: Ctrl-C in a terminal ends us, and we end it when we are done. */
function run(path: string, config: string): ChildProcess {
  const options: SpawnOptions = { stdio: ['pipe', 'ignore', 'ignore'], detached: true, windowsHide: true };
  const child =
    process.platform === 'win32'
      ? spawn(path, ['-c', config], options)
      : spawn('/bin/sh', ['-c', BESIDE, path, config], options);
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  return child;
}

async function ended(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit').catch(() => {});
  return [child.exitCode, child.signalCode];
}

async function end(child: ChildProcess, pidFile: string, config: string, clock: WireClock): Promise<void> {
  if (process.platform === 'win32') child.kill();
  else child.stdin?.destroy();
  const timer = clock.setWireTimer(END_MS, () => void endEarlier(pidFile, config, clock));
  await ended(child);
  timer.cancel();
}

/** Ends a server that was left by a process that was killed. */
async function endEarlier(pidFile: string, config: string, clock: WireClock): Promise<void> {
  const pid = await readPid(pidFile);
  if (pid === undefined || !(await isOurs(pid, config))) return rm(pidFile, { force: true });
  for (let waitedMs = 0; isAlive(pid); waitedMs += POLL_MS) {
    if (waitedMs === 0) signal(pid, 'SIGTERM');
    else if (waitedMs >= END_MS) signal(pid, 'SIGKILL');
    await new Promise<void>((resolve) => void clock.setWireTimer(POLL_MS, resolve));
  }
  await rm(pidFile, { force: true });
}

async function readPid(file: string): Promise<number | undefined> {
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** Whether the process with this id is the server of this folder: ids are used again. */
async function isOurs(pid: number, config: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({
      stdout: '',
    }));
    return stdout;
  });
  return command.includes(config);
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, which: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, which);
  } catch {
    return false;
  }
}

async function listens(
  port: number,
  child: ChildProcess,
  { clock, log }: { readonly clock: WireClock; readonly log: string },
): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await answersOn(port)) return;
    await new Promise<void>((resolve) => void clock.setWireTimer(POLL_MS, resolve));
  }
  const last = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').at(-1) ?? '';
  throw new BackboneError(
    `data: nats-server does not start${last && `; it says: ${last}`}. All that it says is in ${log}.`,
  );
}

/** Whether a NATS server says so on this port: it greets. */
function answersOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('INFO '));
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
