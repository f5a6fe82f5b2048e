// How clients come to trust the TLS port: the authority's certificate alone, and one file with every root that a client
// needs, for variables that replace the system's roots instead of adding to them (GRPC_DEFAULT_SSL_ROOTS_FILE_PATH).
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createClock } from '../clock/clock.ts';
import {
  type Authority,
  type AuthorityOptions,
  isUnwritable,
  type KeyPair,
  openAuthority,
  replaceFile,
} from './authority.ts';

/** Where the certificates lie that a client of the TLS port has to trust. */
export interface TrustFiles {
  /** PEM: our authority alone (for NODE_EXTRA_CA_CERTS). */
  readonly rootFile: string;
  /** PEM: the system's roots, what `rootFiles` named, and our authority. */
  readonly rootsFile: string;
}

export interface Trust {
  /** What the TLS port shows. Made, or read, when first asked for. */
  certificate(): Promise<KeyPair>;
  /** PEM certificates that our own requests trust: the system's roots, what `rootFiles` named, and our authority. */
  roots(): Promise<readonly string[]>;
  /** Writes the files that clients read, and names them. */
  files(): Promise<TrustFiles>;
}

export interface TrustOptions {
  /** Folder of the authority. Default `~/.earwitness`. */
  readonly home?: string;
  /**
   * PEM files whose certificates clients trusted before, such as what NODE_EXTRA_CA_CERTS named. Missing ones are left
   * out.
   */
  readonly rootFiles?: readonly string[];
  /** What the certificate bears beside the loopback names: host names, addresses (IPv6 in brackets). */
  readonly names?: readonly string[];
}

export function createTrust({ home, rootFiles = [], names = [] }: TrustOptions = {}): Trust {
  let opened: Promise<Authority> | undefined;
  let server: Promise<KeyPair> | undefined;
  let written: Promise<TrustFiles> | undefined;
  // Certificates are judged by the wall's clock, wherever a test has moved its own.
  const now = createClock().now();
  const open = () =>
    (opened ??= home === undefined ? openUsersAuthority({ now, names }) : openAuthority(home, { now, names }));
  const before = () => Promise.all(rootFiles.map((file) => readFile(file, 'utf8').catch(() => '')));
  const write = async () => {
    const { root, rootFile } = await open();
    return { rootFile, rootsFile: await writeRoots(dirname(rootFile), await before(), root) };
  };
  return {
    // With the authority's own behind it: a browser can be told to take what bears the authority's key, which stays.
    async certificate() {
      const { root, openServer } = await open();
      server ??= openServer();
      const { cert, key } = await server;
      return { key, cert: `${cert}${root}` };
    },
    roots: async () => distinct([...rootCertificates, ...(await before()), (await open()).root]),
    files: () => (written ??= write()),
  };
}

/** The authority that signs for every local cloud of this user. */
export interface UserAuthority {
  /** PEM file of its certificate. */
  readonly file: string;
  /** Fingerprint of the certificate, as tools show it: `AA:BB:…`. */
  readonly sha256: string;
  /** Base64 of the SHA-256 of its public key: what Chromium's `--ignore-certificate-errors-spki-list` takes. */
  readonly spki: string;
}

/** The user's authority; it is made when there is none. */
export async function userAuthority(): Promise<UserAuthority> {
  const { root, rootFile: file } = await openUsersAuthority({ now: createClock().now() });
  const { fingerprint256: sha256, publicKey } = new X509Certificate(root);
  const spki = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  return { file, sha256, spki };
}

// Where the user's home cannot be written to, an authority for this process alone.
async function openUsersAuthority(options: AuthorityOptions): Promise<Authority> {
  try {
    return await openAuthority(join(homedir(), '.earwitness'), options);
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    return openAuthority(await mkdtemp(join(tmpdir(), 'earwitness-')), options);
  }
}

// Each certificate once, or a run inside a run inside a run would add the same roots every time.
function distinct(pems: readonly string[]): string[] {
  return [
    ...new Set(
      pems
        .join('\n')
        .replaceAll('\r\n', '\n')
        .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g),
    ),
  ];
}

// Named by what is in it: processes that trust different things beforehand do not overwrite one another's. Of Node's
// own roots, which are 220 KB, its version stands in the name: a start that adds only ours goes through none of them.
async function writeRoots(folder: string, before: readonly string[], root: string): Promise<string> {
  const own = before.length === 0 ? [] : distinct(rootCertificates);
  const further = distinct([...own, ...before, root]).slice(own.length);
  const name = createHash('sha256').update(process.version).update(further.join()).digest('hex').slice(0, 12);
  const file = join(folder, `roots-${name}.pem`);
  if (!existsSync(file)) await replaceFile(file, `${distinct([...rootCertificates, ...further]).join('\n')}\n`, 0o644);
  return file;
}
