// Where `nats-server` is on this machine, and how to install it where it is not.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { BackboneError } from './problem.ts';

export interface FoundServer {
  readonly path: string;
  /** `[2, 9, 10]` */
  readonly version: readonly number[];
}

/** Beside PATH: where Debian and Homebrew put it, which not every PATH has. */
const USUAL = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

const INSTALL = {
  darwin: 'brew install nats-server',
  win32: 'winget install NATSAuthors.NATSServer, or scoop install nats-server',
  other: 'sudo apt install nats-server (Debian, Ubuntu), or brew install nats-server',
};

/** @throws BackboneError with the command that installs it */
export async function findServer(environment: NodeJS.ProcessEnv = process.env): Promise<FoundServer> {
  const path = await lookFor(environment);
  if (path === undefined) {
    const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'other';
    throw new BackboneError(
      `data: nats-server, which keeps it, is not installed (looked for in PATH and ${USUAL.join(', ')}). Install it: ${INSTALL[platform]}. All ways: https://docs.nats.io/running-a-nats-service/introduction/installation`,
    );
  }
  const said = await promisify(execFile)(path, ['--version']).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => {
      throw new BackboneError(`data: '${path} --version' fails. Expected is an executable nats-server.`, error);
    },
  );
  const version = /v(\d+)\.(\d+)\.(\d+)/.exec(said)?.slice(1).map(Number);
  const [major = 0, minor = 0] = version ?? [];
  if (!version || major < 2 || (major === 2 && minor < 9))
    throw new BackboneError(`data: '${path}' is '${said}'. Expected is nats-server 2.9.0 or newer.`);
  return { path, version };
}

async function lookFor(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  for (const folder of [...(environment['PATH'] ?? '').split(delimiter), ...USUAL]) {
    if (folder === '') continue;
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
