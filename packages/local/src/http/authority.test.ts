import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuthorityOptions, openAuthority } from './authority.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The authority with what the TLS port shows. */
async function openBoth(options: AuthorityOptions) {
  const { openServer, ...authority } = await openAuthority(folder, options);
  return { ...authority, server: await openServer() };
}

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'earwitness-')), 'home');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

test('the authority is made once, readable by its owner only, and signs a certificate for every local name', async () => {
  const first = await openBoth({ now: NOW });
  expect(await openBoth({ now: NOW + 30 * DAY_MS })).toEqual(first);
  const modes = await Promise.all(
    ['.', 'authority.pem', 'server.pem', 'ca.pem'].map(async (name) =>
      ((await stat(join(folder, name))).mode & 0o777).toString(8),
    ),
  );
  expect(modes).toEqual(['700', '600', '600', '644']);
  const server = new X509Certificate(first.server.cert);
  expect(server.checkIssued(new X509Certificate(first.root))).toBe(true);
  const names = ['localhost', '127.0.0.1', 'cache.localhost', 'web.cache.localhost', 'api.localhost'];
  expect(names.filter((name) => checkServerIdentity(name, server.toLegacyObject()) !== undefined)).toEqual([]);
  expect(await readFile(first.rootFile, 'utf8')).toBe(first.root);
});

test('whoever comes at the same time ends up with the same authority', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => openBoth({ now: NOW })));
  expect(new Set(all.map(({ root }) => root)).size).toBe(1);
  const root = new X509Certificate(all[0]?.root ?? '');
  expect(all.every(({ server }) => new X509Certificate(server.cert).verify(root.publicKey))).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(['authority.pem', 'ca.pem', 'server.pem']);
});

test('an expired server certificate is made again under the same authority', async () => {
  const first = await openBoth({ now: NOW });
  const later = await openBoth({ now: NOW + 824 * DAY_MS });
  expect(later.root).toBe(first.root);
  expect(later.server.cert).not.toBe(first.server.cert);
});

test('an expired authority is replaced, and with it what it signed', async () => {
  const first = await openBoth({ now: NOW });
  const later = await openBoth({ now: NOW + 3650 * DAY_MS });
  expect(later.root).not.toBe(first.root);
  expect(new X509Certificate(later.server.cert).verify(new X509Certificate(later.root).publicKey)).toBe(true);
  expect(await readFile(later.rootFile, 'utf8')).toBe(later.root);
});

test('a file that was cut short is made again', async () => {
  await openBoth({ now: NOW });
  await writeFile(join(folder, 'server.pem'), '-----BEGIN CERTIFICATE-----\nMII');
  expect((await openBoth({ now: NOW })).server.cert).toContain('END CERTIFICATE');
});

test('an authority with the key of another is not used to sign', async () => {
  const { root, server } = await openBoth({ now: NOW });
  await writeFile(join(folder, 'authority.pem'), `${root}${server.key}`);
  await rm(join(folder, 'server.pem'));
  await expect(openBoth({ now: NOW })).rejects.toThrow(
    `${join(folder, 'authority.pem')} does not hold the key of its certificate. Remove it and start again.`,
  );
});

// An earlier version, which knew fewer names, leaves such a file behind.
test('a server certificate that lacks a name is made again', async () => {
  const { server } = await openBoth({ now: NOW });
  await openBoth({ now: NOW, names: ['cloud.test'] });
  const file = (await readdir(folder)).find((name) => name.startsWith('server-')) ?? '';
  await writeFile(join(folder, file), `${server.cert}${server.key}`);
  const again = await openBoth({ now: NOW, names: ['cloud.test'] });
  const certificate = new X509Certificate(again.server.cert).toLegacyObject();
  const names = ['cloud.test', 'cache.cloud.test', 'web.cache.cloud.test'];
  expect(names.filter((name) => checkServerIdentity(name, certificate) !== undefined)).toEqual([]);
});

// A home that is mounted without leave to write, and whose server certificate has expired.
test('a server certificate that cannot be kept is one for this process', async () => {
  const { openServer, root } = await openAuthority(folder, { now: NOW });
  await rm(folder, { recursive: true });
  const { cert } = await openServer();
  expect(new X509Certificate(cert).checkIssued(new X509Certificate(root))).toBe(true);
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
});
