// Our own certificate authority: made once per user, kept in a folder of theirs, so that what trusts it once trusts it
// always. It signs one server certificate for the names under which a local cloud is reached (loopback only, so a
// stolen key opens nothing but this machine's own test traffic). Both are made again when they expire, and a server
// certificate that does not fit, too.
//
// Several processes may come at once and find the folder empty. The authority is linked into place, which only the
// first can do, and everybody uses what stands there; a server certificate replaces another, since any that this
// authority signed will do.
//
// Every start reads it: at once, because a small file is there in a tenth of the time that asking another thread for
// it takes. Whether the authority's key is the certificate's is found out when it has to sign, once in years.
import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { HOST_PREFIXES } from '@earwitness/protocol/internal/momento/key';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** The authority's own certificate, PEM: what clients have to trust. */
  readonly root: string;
  /** File that holds it. */
  readonly rootFile: string;
  /** What the TLS port shows. Made, or read, when it is asked for. */
  openServer(): Promise<KeyPair>;
}

const AUTHORITY_FILE = 'authority.pem';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Ours. */
const AUTHORITY_DAYS = 3650;
/**
 * Browsers on Apple systems refuse server certificates that are valid for longer: https://support.apple.com/HT210176
 */
const SERVER_DAYS = 825;
/** Ours: what has less than this left is made again. */
const RENEW_BEFORE_MS = 7 * DAY_MS;

const UNWRITABLE = new Set<unknown>(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);

const ADDRESSES = ['127.0.0.1', '::1'];

export interface AuthorityOptions {
  /** Epoch milliseconds of the wall clock. */
  readonly now: number;
  /** What the server certificate bears beside the loopback names: host names, addresses (IPv6 in brackets). */
  readonly names?: readonly string[];
}

/** Reads the authority from `folder`, and the server certificate when that is asked for; makes what is missing. */
export async function openAuthority(folder: string, { now, names = [] }: AuthorityOptions): Promise<Authority> {
  const authorityFile = join(folder, AUTHORITY_FILE);
  const authority = await openPair(authorityFile, now, async (isReplacing) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = await mintAuthority(now);
    await (isReplacing ? replaceFile : createFile)(authorityFile, `${made.cert}${made.key}`);
  });
  const rootFile = join(folder, 'ca.pem');
  if (readIfThere(rootFile) !== authority.cert) await replaceFile(rootFile, authority.cert, 0o644);
  return { root: authority.cert, rootFile, openServer: () => openServer(authority, folder, { now, names }) };
}

async function openServer(authority: KeyPair, folder: string, options: Required<AuthorityOptions>): Promise<KeyPair> {
  const { now, names } = options;
  const root = new X509Certificate(authority.cert);
  // One file for each list of names: clouds with different ones do not replace each other's.
  const file = join(folder, names.length === 0 ? 'server.pem' : `server-${digestOf(names)}.pem`);
  const hosts = hostNames(names);
  // An earlier version may have made it for fewer names.
  const fits = (cert: X509Certificate, key: string) => {
    const borne = new Set(cert.subjectAltName?.split(', '));
    return isKeyOf(cert, key) && cert.verify(root.publicKey) && hosts.every((name) => borne.has(`DNS:${name}`));
  };
  let made: KeyPair | undefined;
  const make = async () => {
    if (!isKeyOf(root, authority.key)) {
      const authorityFile = join(folder, AUTHORITY_FILE);
      throw new Error(`${authorityFile} does not hold the key of its certificate. Remove it and start again.`);
    }
    made = await mintServer(authority, options);
    await replaceFile(file, `${made.cert}${made.key}`);
  };
  try {
    return await openPair(file, now, make, fits);
  } catch (error) {
    // One for this process alone.
    if (made && isUnwritable(error)) return made;
    throw error;
  }
}

function isKeyOf(cert: X509Certificate, key: string): boolean {
  return cert.checkPrivateKey(createPrivateKey(key));
}

/** Whether an error says that a folder cannot be written to: a sandbox, a container's read-only root. */
export function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNWRITABLE.has(error.code);
}

async function openPair(
  file: string,
  now: number,
  make: (isReplacing: boolean) => Promise<void>,
  fits: (cert: X509Certificate, key: string) => boolean = () => true,
): Promise<KeyPair> {
  const kept = readIfThere(file);
  const pair = parsePair(kept, now, fits);
  if (pair) return pair;
  await make(kept !== undefined);
  // Not what was just made but what stands there now: another process may have come first.
  const made = parsePair(readIfThere(file), now, fits);
  if (!made) throw new Error(`${file} does not hold a certificate that can be used. Remove it and start again.`);
  return made;
}

function parsePair(
  text: string | undefined,
  now: number,
  fits: (cert: X509Certificate, key: string) => boolean,
): KeyPair | undefined {
  const [cert] = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n/s.exec(text ?? '') ?? [];
  const [key] = /-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n/s.exec(text ?? '') ?? [];
  if (!cert || !key) return undefined;
  try {
    const parsed = new X509Certificate(cert);
    const isFresh = Date.parse(parsed.validTo) - now > RENEW_BEFORE_MS;
    return isFresh && fits(parsed, key) ? { cert, key } : undefined;
  } catch {
    // Not PEM after all: made again, like a file that is not there.
    return undefined;
  }
}

async function mintAuthority(now: number): Promise<KeyPair> {
  return mint('Earwitness local authority', now, {
    days: AUTHORITY_DAYS,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

function digestOf(names: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 12);
}

/** Every host name that the server certificate bears. */
function hostNames(names: readonly string[]): string[] {
  const hosts = ['localhost', ...names.filter((name) => isIP(withoutBrackets(name)) === 0)];
  return hosts.flatMap((host) => [host, ...HOST_PREFIXES.map((prefix) => `${prefix}${host}`)]);
}

function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

async function mintServer(
  ca: KeyPair,
  { now, names }: { readonly now: number; readonly names: readonly string[] },
): Promise<KeyPair> {
  const addresses = names.map(withoutBrackets).filter((name) => isIP(name) !== 0);
  return mint('Earwitness local cloud', now, {
    days: SERVER_DAYS,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...hostNames(names).map((value) => ({ type: 2 as const, value })),
          ...[...ADDRESSES, ...addresses].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
}

interface MintOptions {
  readonly days: number;
  readonly ca?: KeyPair;
  readonly extensions: NonNullable<NonNullable<Parameters<typeof import('selfsigned')['generate']>[1]>['extensions']>;
}

async function mint(commonName: string, now: number, { days, ca, extensions }: MintOptions): Promise<KeyPair> {
  // Loaded here: it takes longer than everything else that starts, and is needed once in years.
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + days * DAY_MS),
    extensions,
    ...(ca && { ca }),
  });
  return { cert: withNewline(cert), key: withNewline(key) };
}

function withNewline(pem: string): string {
  return `${pem.trim().replaceAll('\r\n', '\n')}\n`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a whole file in place of another, or where none is. */
export async function replaceFile(file: string, text: string, mode = 0o600): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode });
  await rename(draft, file);
}

// Puts a whole file where none is; when another process was first, its file stays.
async function createFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
}
