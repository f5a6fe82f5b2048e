// What happens on the bad days of a NATS server: it is not there, it is not what is needed, it goes away and comes
// back, it is full. What every server promises is in ../shared/server.contract.test.ts.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect, nkeys } from '@nats-io/transport-node';
import { afterEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { createTrust } from '../../http/trust.ts';
import { ServerAway, ServerRefuses, type Stream } from '../shared/server.ts';
import { readAddress, withoutSecret } from './address.ts';
import { connectNats, type NatsServer } from './server.ts';
import { freePort, natsServer, startServers, startTestServer, type TestServer } from './test-server.ts';
import { isAtLeast } from './version.ts';

const OPENSSL = '/usr/bin/openssl';
if (!existsSync(OPENSSL)) console.log('certificates of NATS clients are not tried: there is no /usr/bin/openssl.');

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function started(...given: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...given);
  stops.push(server.stop);
  return server;
}

async function connected(...given: Parameters<typeof readAddress>): Promise<NatsServer> {
  const server = await connectNats(await readAddress(...given), { clock: createClock() });
  stops.push(server.close);
  return server;
}

/** What is said, without the port, which differs from run to run. */
async function refusal(connecting: Promise<unknown>): Promise<string> {
  const error = await connecting.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  return String(error).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

/** A token as `nsc` makes them. Source: https://docs.nats.io, Securing NATS, Decentralized JWT Authentication. */
function jwtOf(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { jti: subject.getPublicKey(), iat: 1_700_000_000, iss: issuer.getPublicKey(), name: 'test' };
  const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, sub: subject.getPublicKey(), nats })}`;
  return `${signed}.${Buffer.from(issuer.sign(bytes(signed))).toString('base64url')}`;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);

/** Publishes until it is taken. */
async function publishUntilTaken(stream: Stream, subject: string): Promise<void> {
  for (;;) {
    try {
      await stream.publish(subject, bytes(subject));
      return;
    } catch (error) {
      if (!(error instanceof ServerAway)) throw error;
    }
  }
}

describe('an address', () => {
  test('names servers, the cloud, and who connects', async () => {
    expect(await readAddress('nats://me:se%3Acret@one:4222,two:4333/team-a')).toEqual({
      servers: ['one:4222', 'two:4333'],
      cloud: 'team-a',
      isTls: false,
      user: 'me',
      password: 'se:cret',
    });
    expect(await readAddress({ url: 'tls://token@[::1]', replicas: 3 })).toEqual({
      servers: ['[::1]:4222'],
      cloud: 'earwitness',
      isTls: true,
      token: 'token',
      replicas: 3,
    });
    expect(await readAddress('nats://one/?user=me&password=x%20y&replicas=1')).toEqual({
      servers: ['one:4222'],
      cloud: 'earwitness',
      isTls: false,
      user: 'me',
      password: 'x y',
      replicas: 1,
    });
  });

  test('that is none is refused, without its secret', async () => {
    const refused = async (url: string) => String(await readAddress(url).catch((error: unknown) => error));
    expect(await refused('localhost:4222')).toMatchInlineSnapshot(
      `"BackboneError: backbone: 'localhost:4222' is not an address. Expected is nats://HOST:4222/NAME, or several servers as nats://HOST:4222,HOST2:4222/NAME."`,
    );
    expect(await refused('http://me:secret@localhost')).toMatchInlineSnapshot(
      `"BackboneError: backbone: 'http://…@localhost' begins with 'http://'. Expected is nats:// or tls://."`,
    );
    expect(await refused('nats://me:secret@one two:4222')).toMatchInlineSnapshot(
      `"BackboneError: backbone: 'one two:4222' in 'nats://…@one two:4222' is not a host with a port. Expected is nats://HOST:4222/NAME, or several servers as nats://HOST:4222,HOST2:4222/NAME."`,
    );
    expect(await refused('nats://me:secret@one/a.b')).toMatchInlineSnapshot(
      `"BackboneError: backbone: the cloud's name 'a.b' in 'nats://…@one/a.b' has other characters than letters, digits, '_' and '-', or more than 32. Expected is nats://HOST:4222/NAME, or several servers as nats://HOST:4222,HOST2:4222/NAME."`,
    );
    expect(await refused('nats://one/?retries=3')).toMatchInlineSnapshot(
      `"BackboneError: backbone: 'retries' in 'nats://one/?retries=3' is not known. Behind the '?' may stand creds, nkey, token, user, password, ca, cert, key, replicas."`,
    );
    expect(await refused('nats://one/?replicas=2')).toMatchInlineSnapshot(
      `"BackboneError: backbone: replicas is 2. Expected is 1, 3 or 5."`,
    );
    expect(await refused('nats://one/?creds=/no/such/file')).toMatchInlineSnapshot(
      `"BackboneError: backbone: the file '/no/such/file' (creds) cannot be read."`,
    );
    expect(await refused('nats://one/?cert=package.json')).toMatchInlineSnapshot(
      `"BackboneError: backbone: 'cert' and 'key' belong together: a client's certificate and its key."`,
    );
    expect(withoutSecret('nats://me:secret@one/x?token=abc&replicas=1')).toBe('nats://…@one/x?token=…&replicas=1');
  });
});

describe.skipIf(!natsServer)('a server', () => {
  test('that does not listen is refused at once', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: no NATS server answers at HOST (connection refused). Start one with 'nats-server -js', or give another address."`,
    );
  });

  test('without JetStream is refused', async () => {
    const { url } = await started('', '');
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST has no JetStream for this account (nobody answers for it). Start it with 'nats-server -js', or with 'jetstream { store_dir: … }' in its configuration."`,
    );
  });

  test('that takes only small messages is refused', async () => {
    const { url } = await started('max_payload: 1000');
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST takes messages of 1000 bytes (max_payload). Expected are 65536 or more."`,
    );
  });

  test('wants a user and a password, or a token', async () => {
    const one = await started('authorization { user: me, password: "s3cret" }');
    const at = (secret: string) => one.url.replace('//', `//${secret}@`);
    expect(await refusal(connected(one.url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST refuses these credentials (Authorization Violation). Give user and password in the address, or 'creds', 'nkey' or 'token'."`,
    );
    expect(await refusal(connected(at('me:wrong')))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST refuses these credentials (Authorization Violation). Give user and password in the address, or 'creds', 'nkey' or 'token'."`,
    );
    await connected(at('me:s3cret'));
    await connected({ url: one.url, user: 'me', password: 's3cret' });
    const two = await started('authorization { token: "s3cret" }');
    await connected(two.url.replace('//', '//s3cret@'));
    await connected({ url: two.url, token: 's3cret' });
  });

  test('that lets the user not subscribe says so, when something is to be heard', async () => {
    const one = await started(
      'authorization { users: [{ user: me, password: p, permissions: { publish: ">", subscribe: "_INBOX.>" } }] }',
    );
    const server = await connected(one.url.replace('//', '//me:p@'));
    expect(await refusal(server.hear('news', () => {}))).toBe(
      `ServerRefuses: The backbone's server refuses: Permissions Violation for Subscription to "earwitness.@tell.news".`,
    );
    expect(await refusal(server.answer('me', async () => bytes('')))).toBe(
      `ServerRefuses: The backbone's server refuses: Permissions Violation for Subscription to "earwitness.@ask.me".`,
    );
    // The connection goes on.
    expect(await (await server.stream('s')).publish('s.a', bytes('1'))).toBe(1);
  });

  test('goes on when a listener throws, with a warning', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const one = await started();
    const [first, second] = [await connected(one.url), await connected(one.url)];
    const heard: string[] = [];
    await first.hear('news', (data) => {
      if (text(data) === 'bad') throw new Error('not understood');
      heard.push(text(data));
    });
    second.tell('news', bytes('bad'));
    second.tell('news', bytes('good'));
    await expect.poll(() => heard).toEqual(['good']);
    expect(String(await warned)).toBe('Error: not understood');
  });

  test('knows an nkey by its signature', async () => {
    const user = nkeys.createUser();
    const { url } = await started(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`);
    const file = join(tmpdir(), `earwitness-nkey-${process.pid}`);
    await writeFile(file, `${text(user.getSeed())}\n`);
    await connected({ url, nkey: file });
    await writeFile(file, 'nothing of the kind');
    expect(await refusal(connected({ url, nkey: file }))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the file of 'creds' or 'nkey' has no credentials in it (nkeys: invalid encoded key). Expected is what 'nsc generate creds' writes, or the seed of a user's nkey (SU…)."`,
    );
  });

  test('speaks TLS, and its certificate is checked', async () => {
    const home = await mkdtemp(join(tmpdir(), 'earwitness-tls-'));
    stops.push(() => rm(home, { recursive: true, force: true }));
    const trust = createTrust({ home, names: [] });
    const { key, cert } = await trust.certificate();
    const [keyFile, certFile] = [join(home, 'nats-key.pem'), join(home, 'nats-cert.pem')];
    await writeFile(keyFile, key);
    await writeFile(certFile, cert);
    const { port } = await started(`tls { cert_file: "${certFile}", key_file: "${keyFile}" }`);
    const { rootsFile } = await trust.files();
    await connected(`tls://127.0.0.1:${port}?ca=${rootsFile}`);
    await connected({ url: `nats://127.0.0.1:${port}`, ca: rootsFile });
    expect(await refusal(connected(`tls://127.0.0.1:${port}`))).toMatchInlineSnapshot(
      `"BackboneError: backbone: there is no TLS connection to the NATS server at HOST (self-signed certificate in certificate chain). 'ca' names the PEM file of its authority, 'cert' and 'key' the client's."`,
    );
    const plain = await started();
    expect(await refusal(connected(`tls://127.0.0.1:${plain.port}`))).toMatchInlineSnapshot(
      `"BackboneError: backbone: there is no TLS connection to the NATS server at HOST (server does not support 'tls'). 'ca' names the PEM file of its authority, 'cert' and 'key' the client's."`,
    );
  });

  test.skipIf(!existsSync(OPENSSL))('may want a certificate of the client', async () => {
    const home = await mkdtemp(join(tmpdir(), 'earwitness-tls-'));
    stops.push(() => rm(home, { recursive: true, force: true }));
    const at = (name: string) => join(home, name);
    const trust = createTrust({ home, names: [] });
    const { rootsFile } = await trust.files();
    const pair = await trust.certificate();
    await writeFile(at('key.pem'), pair.key);
    await writeFile(at('cert.pem'), pair.cert);
    const makeClient = async (name: string) => {
      const files = ['-keyout', at(`${name}-key.pem`), '-out', at(`${name}.pem`)];
      const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`];
      const use = ['-addext', 'extendedKeyUsage=clientAuth'];
      await promisify(execFile)(OPENSSL, ['req', '-x509', '-days', '2', ...kind, ...use, ...files]);
      return `cert=${at(`${name}.pem`)}&key=${at(`${name}-key.pem`)}`;
    };
    const [known, stranger] = [await makeClient('known'), await makeClient('stranger')];
    const { port } = await started(
      `tls { cert_file: "${at('cert.pem')}", key_file: "${at('key.pem')}", ca_file: "${at('known.pem')}", verify: true }`,
    );
    const url = `tls://127.0.0.1:${port}?ca=${rootsFile}`;
    await connected(`${url}&${known}`);
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST says nothing over TLS (timeout). It may want a certificate of the client, and none is given: 'cert' and 'key' name the PEM files of one that it takes."`,
    );
    expect(await refusal(connected(`${url}&${stranger}`))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST says nothing over TLS (timeout). It may want another certificate than the one of 'cert': 'cert' and 'key' name the PEM files of one that it takes."`,
    );
    const mixed = `cert=${at('known.pem')}&key=${at('stranger-key.pem')}`;
    expect(await refusal(connected(`${url}&${mixed}`))).toMatchInlineSnapshot(
      `"BackboneError: backbone: there is no TLS connection to the NATS server at HOST (error:05800074:x509 certificate routines::key values mismatch). 'ca' names the PEM file of its authority, 'cert' and 'key' the client's."`,
    );
  });

  test('of an operator takes the credentials of an account that has JetStream, and no others', async () => {
    const [operator, system, account, bare, user, stranger] = [
      nkeys.createOperator(),
      nkeys.createAccount(),
      nkeys.createAccount(),
      nkeys.createAccount(),
      nkeys.createUser(),
      nkeys.createUser(),
    ];
    const unlimited = {
      subs: -1,
      data: -1,
      payload: -1,
      imports: -1,
      exports: -1,
      conn: -1,
      leaf: -1,
      wildcards: true,
    };
    const accounts = [
      { of: account, limits: { ...unlimited, mem_storage: -1, disk_storage: -1 } },
      { of: bare, limits: unlimited },
      { of: system, limits: unlimited },
    ].map(({ of, limits }) => `${of.getPublicKey()}: ${jwtOf(operator, of, { type: 'account', version: 2, limits })}`);
    const { url } = await started(
      `operator: ${jwtOf(operator, operator, { type: 'operator', version: 2 })}\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\nresolver_preload: {\n${accounts.join('\n')}\n}`,
    );
    const folder = await mkdtemp(join(tmpdir(), 'earwitness-creds-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const credsOf = async (issuer: KeyPair, of: KeyPair) => {
      const file = join(folder, `${of.getPublicKey()}.creds`);
      const jwt = jwtOf(issuer, of, { type: 'user', version: 2, subs: -1, data: -1, payload: -1 });
      await writeFile(
        file,
        `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${text(of.getSeed())}\n------END USER NKEY SEED------\n`,
      );
      return file;
    };
    const server = await connected(`${url}/shop?creds=${await credsOf(account, user)}`);
    expect(await (await server.stream('s')).publish('s.a', bytes('1'))).toBe(1);
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST refuses these credentials (Authorization Violation). Give user and password in the address, or 'creds', 'nkey' or 'token'."`,
    );
    expect(await refusal(connected({ url, creds: await credsOf(bare, stranger) }))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST has no JetStream for this account (JetStream not enabled for account). Start it with 'nats-server -js', or with 'jetstream { store_dir: … }' in its configuration."`,
    );
    expect(
      await refusal(connected({ url, creds: await credsOf(nkeys.createAccount(), stranger) })),
    ).toMatchInlineSnapshot(
      `"BackboneError: backbone: the NATS server at HOST refuses these credentials (Authorization Violation). Give user and password in the address, or 'creds', 'nkey' or 'token'."`,
    );
    await writeFile(join(folder, 'broken.creds'), 'nothing of the kind');
    expect(await refusal(connected({ url, creds: join(folder, 'broken.creds') }))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the file of 'creds' or 'nkey' has no credentials in it (unable to parse credentials). Expected is what 'nsc generate creds' writes, or the seed of a user's nkey (SU…)."`,
    );
  });

  test('that has a stream of this name that is not ours is refused', async () => {
    const { url } = await started();
    const server = await connected(url);
    const nc = await connect({ servers: url.slice(7) });
    const config = { name: 'earwitness~s', subjects: ['earwitness.s.>'], storage: 'memory' };
    await nc.request('$JS.API.STREAM.CREATE.earwitness~s', JSON.stringify(config));
    await nc.close();
    expect(await refusal(server.stream('s'))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the stream 'earwitness~s' has storage "memory". Expected is "file": it was made by something else, or by a server older than 2.9. Remove it, or give the cloud another name in the address."`,
    );
  });

  test('that has these subjects in a stream of another name is refused', async () => {
    const { url } = await started();
    const server = await connected(url);
    const nc = await connect({ servers: url.slice(7) });
    const config = { name: 'others', subjects: ['earwitness.s.x'] };
    await nc.request('$JS.API.STREAM.CREATE.others', JSON.stringify(config));
    await nc.close();
    expect(await refusal(server.stream('s'))).toBe(
      "ServerRefuses: The backbone's server refuses: subjects overlap with an existing stream.",
    );
  });

  // Of two that are asked for at once, 2.9.10 may refuse one as overlapping with the other, which is the same.
  test('makes one stream for nodes that ask for it at once', async () => {
    const { url } = await started();
    const servers = await Promise.all(Array.from({ length: 8 }, () => connected(url)));
    for (let n = 0; n < 25; n++) await Promise.all(servers.map((server) => server.stream(`s${n}`)));
  });

  test('with another format is refused by its number', async () => {
    const { url } = await started();
    const server = await connected(url);
    await (await server.stream('format')).publish('format.number', bytes('99'));
    expect(await refusal(connected(url))).toMatchInlineSnapshot(
      `"BackboneError: backbone: the cloud 'earwitness' is stored in format 99, and this version of Earwitness has format 2. Use the version that wrote it, or give the cloud another name in the address: nats://…/NAME."`,
    );
    await connected(`${url}/another`);
  });

  test('keeps clouds apart', async () => {
    const { url } = await started();
    const [one, two] = [await connected(`${url}/one`), await connected(`${url}/two`)];
    await (await one.stream('s')).publish('s.a', bytes('1'));
    expect(await (await two.stream('s')).lastSequence()).toBe(0);
  });

  test('that is full refuses in its own words', async () => {
    const { url } = await started('', 'jetstream { store_dir: "DIR", max_file_store: 200KB }');
    const stream = await (await connected(url)).stream('s');
    const fill = async () => {
      for (let n = 0; n < 100; n++) await stream.publish(`s.${n}`, new Uint8Array(10_000));
    };
    expect(await refusal(fill())).toMatchInlineSnapshot(
      `"ServerRefuses: The backbone's server refuses: insufficient resources."`,
    );
    await expect(fill()).rejects.toThrow(ServerRefuses);
    await stream.purge({ filter: 's.*' });
    await stream.publish('s.1', bytes('1'));
  });

  test('that is gone makes questions fail, and is found again when it is back', async () => {
    const server = await started();
    const node = await connected(server.url);
    const stream = await node.stream('s');
    await stream.publish('s.a', bytes('1'));
    await server.kill();
    const asked = [
      stream.publish('s.b', bytes('2')),
      stream.publish('s.b', bytes('2'), { id: '1.1', after: '1.0' }),
      stream.newest('s.a'),
      stream.lastSequence(),
      stream.remove({ subject: 's.a', sequence: 1 }),
      stream.purge(),
      stream.follow('s.>', 1, () => {}),
      stream.read('s.>')[Symbol.asyncIterator]().next(),
      node.stream('t'),
      node.removeStream('s'),
      node.ask('nobody', bytes(''), { timeoutMs: 60_000 }),
      node.answer('nobody', async () => bytes('')),
      node.hear('all', () => {}),
    ];
    node.tell('all', bytes(''));
    const results = await Promise.allSettled(asked);
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.name : result.value))).toEqual(
      asked.map(() => 'ServerAway'),
    );
    expect(await refusal(stream.lastSequence())).toMatchInlineSnapshot(
      `"ServerAway: The backbone's server does not answer: there is no connection to HOST."`,
    );
    await server.start();
    await publishUntilTaken(stream, 's.c');
    expect(text((await stream.newest('s.a'))?.data)).toBe('1');
  });

  test('that is killed with publishes under way has everything it acknowledged', async () => {
    const server = await started();
    const stream = await (await connected(server.url)).stream('s');
    const acknowledged: number[] = [];
    const publishes = Array.from({ length: 500 }, async (_, n) => {
      await stream.publish(`s.${n}`, bytes(`${n}`));
      acknowledged.push(n);
      if (n === 100) await server.kill();
    });
    await Promise.allSettled(publishes);
    await server.start();
    await publishUntilTaken(stream, 's.end');
    const stored = new Set<number>();
    for await (const { subject } of stream.read('s.>')) stored.add(Number(subject.slice(2)));
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
  });

  test('is followed on after it was away, nothing left out and nothing twice', async () => {
    const server = await started();
    const [here, there] = [await connected(server.url), await connected(server.url)];
    const [stream, other] = [await here.stream('s'), await there.stream('s')];
    const heard: number[] = [];
    let wake = () => {};
    await other.follow('s.>', 'next', ({ sequence }) => {
      heard.push(sequence);
      wake();
    });
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) await publishUntilTaken(stream, `s.${round}.${n}`);
      await server.kill();
      await server.start();
    }
    await publishUntilTaken(stream, 's.end');
    const last = await stream.lastSequence();
    while (heard.at(-1) !== last) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    expect(heard).toEqual(Array.from({ length: last }, (_, n) => n + 1));
  });
});

describe.skipIf(!natsServer)('a cluster', () => {
  test('of three keeps three copies, and goes on when one is killed', async () => {
    const servers = await startServers(3);
    for (const { stop } of servers) stops.push(stop);
    const url = `nats://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
    const [here, there] = [await connected(url), await connected(url)];
    const [stream, other] = [await here.stream('s'), await there.stream('s')];
    await stream.publish('s.take', bytes('.'), { id: '1.0' });
    const heard: number[] = [];
    await other.follow('s.>', 1, ({ sequence }) => void heard.push(sequence));
    const chained = Array.from({ length: 2000 }, async (_, n) => {
      const sequence = await stream.publish(`s.${n}`, bytes(`${n}`), { id: `1.${n + 1}`, after: `1.${n}` });
      if (n === 300) await servers[0]?.kill();
      return sequence;
    });
    const results = await Promise.allSettled(chained);
    expect(results.find((result) => result.status === 'rejected')).toBeUndefined();
    const last = await stream.lastSequence();
    let read = 0;
    for await (const _ of other.read('s.>')) read++;
    expect(read).toBe(2001);
    while (heard.at(-1) !== last) await other.lastSequence();
    expect(heard).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    await servers[0]?.start();
  });

  // Source: findings/nats-cluster-restarts.sh.
  test('of three has what a purge of some messages left, also on a server that was killed and started again', async () => {
    const servers = await startServers(3);
    for (const { stop } of servers) stops.push(stop);
    const url = `nats://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
    const stream = await (await connected(url)).stream('s');
    for (let n = 0; n < 20; n++) {
      await stream.publish(`s.keep.${n}`, bytes('.'));
      await stream.publish(`s.drop.${n}`, bytes('.'));
      await stream.purge({ filter: `s.drop.${n}` });
    }
    await stream.purge({ filter: 's.keep.*', below: 20 });
    await servers[1]?.kill();
    await servers[1]?.start();
    const nc = await connect({ servers: url.slice('nats://'.length).split(',') });
    stops.push(() => nc.close());
    const leader = async () => {
      const answer = await nc.request('$JS.API.STREAM.INFO.earwitness~s', '').catch(() => undefined);
      const name = answer?.json<{ cluster?: { leader?: string } }>().cluster?.leader;
      if (name && name !== 's1')
        await nc.request('$JS.API.STREAM.LEADER.STEPDOWN.earwitness~s', '').catch(() => undefined);
      return name;
    };
    await expect.poll(leader, { timeout: 60_000, interval: 300 }).toBe('s1');
    const left: string[] = [];
    for await (const { subject } of stream.read('s.>')) left.push(subject);
    expect(left).toEqual(Array.from({ length: 10 }, (_, n) => `s.keep.${n + 10}`));
  });

  test('of three removes no message whose sequence another one has by now', async () => {
    const servers = await startServers(3);
    for (const { stop } of servers) stops.push(stop);
    const server = await connected(servers[0]?.url ?? '');
    const { version, caution = '' } = (await server.describe()).server;
    // What is older is told of.
    expect(caution.includes(version)).toBe(!isAtLeast(version, [2, 10, 12]));
    const stream = await server.stream('s');
    const sequence = await stream.publish('s.a', bytes('1'));
    await stream.remove({ subject: 's.b', sequence });
    expect(text((await stream.newest('s.a'))?.data)).toBe('1');
    await stream.remove({ subject: 's.a', sequence });
    expect(await stream.newest('s.a')).toBeUndefined();
  });
});
