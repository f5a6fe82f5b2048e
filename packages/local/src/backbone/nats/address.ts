// Where a cloud's streams are, as users of NATS write it: `nats://user:password@host:4222,host2:4222/NAME?creds=FILE`.
// What does not fit into an address (a file's path, a secret that should not stand in a list of processes) are options.
import { readFile } from 'node:fs/promises';
import { BackboneError } from './problem.ts';

/** NATS as the backbone of a cloud that many nodes share. */
export interface NatsOptions {
  /**
   * `nats://host:4222`, several servers of one cluster with commas between them, `tls://` where TLS is a must.
   * `user:password@` or `token@` before the first host counts for all of them. After the hosts `/NAME`: the cloud's
   * name, letters, digits, `_` and `-`, 32 at most, default `earwitness`. Nodes with the same name are one cloud, and
   * several clouds can share a cluster. Every option below may stand behind a `?`, as `creds=FILE&replicas=1`.
   */
  readonly url: string;
  /** Path of a `.creds` file, as `nsc` writes it. */
  readonly creds?: string;
  /** Path of a file with an nkey's seed. */
  readonly nkey?: string;
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** Path of a PEM file: roots that the server's certificate is checked against. Default: the system's. */
  readonly ca?: string;
  /** Path of a PEM file: this client's certificate, where the server wants one. */
  readonly cert?: string;
  /** Path of a PEM file: the key of `cert`. */
  readonly key?: string;
  /**
   * On how many servers each stream is kept, when it is made: 1, 3 or 5. Default: 3 in a cluster, 1 on a single server.
   */
  readonly replicas?: number;
}

/** Options, read and checked; secrets are in memory. */
export interface NatsAddress {
  /** `host:port` */
  readonly servers: readonly string[];
  /** The cloud's name. */
  readonly cloud: string;
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly creds?: Uint8Array;
  readonly seed?: Uint8Array;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly replicas?: number;
}

const FORM = /^(?<scheme>[a-z]+):\/\/(?:(?<secret>[^@/]*)@)?(?<hosts>[^/?]+)(?:\/(?<cloud>[^?]*))?(?:\?(?<more>.*))?$/;
const EXPECTED = 'Expected is nats://HOST:4222/NAME, or several servers as nats://HOST:4222,HOST2:4222/NAME';
/** Ours: it is the first token of every subject, and a part of every stream's name. */
const CLOUD_NAME = /^[A-Za-z0-9_-]{1,32}$/;
const IN_URL = ['creds', 'nkey', 'token', 'user', 'password', 'ca', 'cert', 'key', 'replicas'] as const;

/** @throws BackboneError */
export async function readAddress(given: string | NatsOptions): Promise<NatsAddress> {
  const options = typeof given === 'string' ? { url: given } : given;
  const shown = withoutSecret(options.url);
  const parts = FORM.exec(options.url)?.groups;
  if (!parts) throw new BackboneError(`backbone: '${shown}' is not an address. ${EXPECTED}.`);
  const { scheme, secret, hosts = '', cloud = '', more = '' } = parts;
  if (scheme !== 'nats' && scheme !== 'tls')
    throw new BackboneError(`backbone: '${shown}' begins with '${scheme}://'. Expected is nats:// or tls://.`);
  const name = cloud.replace(/\/$/, '') || 'earwitness';
  if (!CLOUD_NAME.test(name)) {
    throw new BackboneError(
      `backbone: the cloud's name '${name}' in '${shown}' has other characters than letters, digits, '_' and '-', or more than 32. ${EXPECTED}.`,
    );
  }
  const settings: Record<string, string | number | undefined> = {};
  for (const [key, value] of new URLSearchParams(more)) {
    if (!IN_URL.some((known) => known === key)) {
      throw new BackboneError(
        `backbone: '${key}' in '${shown}' is not known. Behind the '?' may stand ${IN_URL.join(', ')}.`,
      );
    }
    settings[key] = value;
  }
  const text = (key: Exclude<(typeof IN_URL)[number], 'replicas'>) => {
    const value = options[key] ?? settings[key];
    return value === undefined ? undefined : String(value);
  };
  const file = async (key: 'creds' | 'nkey' | 'ca' | 'cert' | 'key') => {
    const path = text(key);
    if (path === undefined) return undefined;
    try {
      return await readFile(path);
    } catch (error) {
      throw new BackboneError(`backbone: the file '${path}' (${key}) cannot be read.`, error);
    }
  };
  const [creds, seed, ca, cert, key] = [
    await file('creds'),
    await file('nkey'),
    await file('ca'),
    await file('cert'),
    await file('key'),
  ];
  if ((cert === undefined) !== (key === undefined))
    throw new BackboneError("backbone: 'cert' and 'key' belong together: a client's certificate and its key.");
  const [user, password] = secret === undefined ? [] : secret.split(/:(.*)/s, 2).map(decode);
  const token = text('token') ?? (password === undefined ? user : undefined);
  const whose = text('user') ?? (password === undefined ? undefined : user);
  const word = text('password') ?? password;
  const replicas = parseReplicas(options.replicas ?? settings['replicas']);
  return {
    servers: hosts.split(',').map((host) => parseHost(host, shown)),
    cloud: name,
    isTls: scheme === 'tls' || ca !== undefined || cert !== undefined,
    ...(whose !== undefined && { user: whose }),
    ...(word !== undefined && { password: word }),
    ...(token !== undefined && { token }),
    ...(creds && { creds }),
    ...(seed && { seed: new TextEncoder().encode(seed.toString('utf8').trim()) }),
    ...(ca && { ca: ca.toString('utf8') }),
    ...(cert && { cert: cert.toString('utf8') }),
    ...(key && { key: key.toString('utf8') }),
    ...(replicas !== undefined && { replicas }),
  };
}

/** An address as it may be shown and logged. */
export function withoutSecret(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//…@').replace(/([?&](?:token|password)=)[^&]*/g, '$1…');
}

function parseHost(host: string, shown: string): string {
  const form = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host);
  const port = Number(form?.[2] ?? 4222);
  if (!form || port < 1 || port > 65535)
    throw new BackboneError(`backbone: '${host}' in '${shown}' is not a host with a port. ${EXPECTED}.`);
  return `${form[1]}:${port}`;
}

function parseReplicas(given: string | number | undefined): number | undefined {
  if (given === undefined) return undefined;
  const replicas = Number(given);
  if (replicas === 1 || replicas === 3 || replicas === 5) return replicas;
  throw new BackboneError(`backbone: replicas is ${given}. Expected is 1, 3 or 5.`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
