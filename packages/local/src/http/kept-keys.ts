// What a local cloud on a chosen port leaves for the next one there, so that keys that were handed out stay good: the
// secret that signs them and the TLS port that they name. A file for each port, readable by its owner only.
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isUnwritable, replaceFile } from './authority.ts';

export interface KeptKeys {
  readonly secret: string;
  readonly tlsPort: number;
}

export interface KeptKeysPlace {
  /** Folder; default `~/.earwitness`. */
  readonly home?: string | undefined;
  /** The port for plain HTTP. */
  readonly port: number;
}

/** `undefined` where nothing is kept that can be used. */
export async function readKeptKeys(place: KeptKeysPlace): Promise<KeptKeys | undefined> {
  try {
    return parseKeptKeys(JSON.parse(await readFile(fileOf(place), 'utf8')));
  } catch {
    // Not there, not readable or cut short: this start has keys of its own, as a first one has.
    return undefined;
  }
}

/** Where the folder cannot be written to, nothing is kept. */
export async function writeKeptKeys(place: KeptKeysPlace, { secret, tlsPort }: KeptKeys): Promise<void> {
  const file = fileOf(place);
  try {
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    await replaceFile(file, `${JSON.stringify({ secret, tlsPort })}\n`);
  } catch (error) {
    if (!isUnwritable(error)) throw error;
  }
}

function fileOf({ home = join(homedir(), '.earwitness'), port }: KeptKeysPlace): string {
  return join(home, `keys-${port}.json`);
}

function parseKeptKeys(value: unknown): KeptKeys | undefined {
  if (typeof value !== 'object' || value === null || !('secret' in value) || !('tlsPort' in value)) return undefined;
  const { secret, tlsPort } = value;
  const isSecret = typeof secret === 'string' && /^[\w-]{43}$/.test(secret);
  const isPort = typeof tlsPort === 'number' && Number.isInteger(tlsPort) && tlsPort > 0 && tlsPort < 65536;
  return isSecret && isPort ? { secret, tlsPort } : undefined;
}
