// The one file that knows every room but the services: in which order things start and stop. Long because it says what
// a local cloud can be told, and what it is.

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type IsolationSetting, problemOfIsolation } from '@earwitness/protocol/internal/functions/isolation';
import type { KeyForm } from '@earwitness/protocol/internal/momento/key';
import type { Assessment, Surroundings } from './assessment/assessment.ts';
import type { NatsOptions } from './backbone/nats/address.ts';
import { onlyNode, openShared, realTime } from './backbone/shared-state.ts';
import { createClock, type MovableClock } from './clock/clock.ts';
import { type Cloud, closeEach, createCloud } from './cloud.ts';
import { DEFAULTS, ownCall } from './defaults.ts';
import { assessStack, deployStack, type StackSource } from './deploying/deploy.ts';
import { environmentOf, type LocalEnvironment, outputVariables, parameterVariables } from './deploying/environment.ts';
import { deployRelay } from './deploying/relay.ts';
import { createAdminDoors } from './http/admin-door.ts';
import { createAwsDoor } from './http/aws-door.ts';
import { serveBlockPort } from './http/block-port.ts';
import { createNextProxy, type NextProxyOptions } from './http/connect/next-proxy.ts';
import { createGuard, OptionError } from './http/guard.ts';
import { readKeptKeys, writeKeptKeys } from './http/kept-keys.ts';
import { createListener } from './http/listener.ts';
import { bindPorts, releasePorts } from './http/ports.ts';
import { createTrust, type TrustFiles } from './http/trust.ts';
import { createUpstreamDoor, type Upstream } from './http/upstream-door.ts';
import { createIds } from './ids.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import type { Platform } from './platform.ts';
import type { Service } from './service.ts';
import { everyService } from './services/every-service.ts';
import { mintEveryForm } from './services/topics/key.ts';
import { shareSecret } from './services/topics/secret.ts';
import type { StandInSettings } from './stand-ins/stand-in.ts';

/** What a local cloud can be told; nothing has to be. */
export interface LocalOptions extends StandInSettings {
  /** Port for plain HTTP. Default 0: any free one. */
  readonly port?: number;
  /** Port for TLS. Default 0: any free one. */
  readonly tlsPort?: number;
  /**
   * Whether keys stay good when a cloud is started again on this `port`: the secret that signs them and the TLS port
   * are kept in `home`. Default false: each start has keys of its own.
   */
  readonly keepKeys?: boolean;
  /**
   * A further port for plain HTTP. 8080 is where `CredentialProvider.forMomentoLocal()` of Momento's SDKs looks when
   * it is told nothing.
   */
  readonly momentoLocalPort?: number;
  /**
   * A port on which `/block` cuts gRPC off and `/unblock` lets it in again, as momento-local's admin port does (9090),
   * for tests of what clients do then; 0: any free one. Default: none is opened.
   */
  readonly momentoAdminPort?: number;
  /**
   * The form of `MOMENTO_API_KEY`. Default `legacy`, which every version of Momento's SDKs takes. With `v1` and `v2`,
   * clients put `cache.` in front of the endpoint, a name that most machines do not resolve: `grpc_proxy` in `env`
   * makes gRPC clients ask this cloud for it.
   */
  readonly momentoKey?: KeyForm;
  /**
   * The proxy by which gRPC clients reach hosts that are not this cloud's, where `grpc_proxy` names it. Default: none.
   */
  readonly nextProxy?: NextProxyOptions;
  /**
   * Address to listen on. Default `127.0.0.1`. With any other (`0.0.0.0` is every address of this machine), any program
   * that reaches this machine over its network can run code on it, as a deployed function.
   */
  readonly host?: string;
  /**
   * Further names under which clients reach this cloud, such as `host.docker.internal` or a container's name; the
   * certificate bears them, too. Any other name than a loopback one is refused (403).
   */
  readonly hosts?: readonly string[];
  /**
   * Origins of web pages, such as `https://app.example.com`, that may call everything as pages of this machine may.
   * Pages of other origins reach deployed APIs, function URLs and topics only.
   */
  readonly origins?: readonly string[];
  /** Default: a clock that runs as the wall's and can be advanced. With `backbone` or `data` there is no other. */
  readonly clock?: MovableClock;
  /**
   * Where the state of this cloud stands, so that it outlives this process and other processes share it: a NATS
   * server with JetStream, 2.9 or newer, as `nats://user:password@host:4222/NAME`. Every cloud with the same address
   * and name is a node of one cloud. Time is real then: the clock cannot be advanced. Default: this process's memory.
   */
  readonly backbone?: string | NatsOptions;
  /**
   * A folder in which the state of this cloud stands, so that it outlives this process: a `nats-server` that is found
   * on this machine is started on it, and ends with this process. One process at a time has it. Not with `backbone`.
   */
  readonly data?: string;
  /** What a person calls this node, where several share a backbone. Default: the name of the machine. */
  readonly nodeName?: string;
  /** A cache that exists from the beginning. Default `earwitness`. */
  readonly cache?: string;
  /** The topic that `TOPIC_NAME` names. Default `events`. */
  readonly topic?: string;
  /**
   * Bytes in one topic message. Default: Momento's hard limit of 4096, so that a test meets it first. `Infinity` lifts
   * it.
   */
  readonly messageMaxBytes?: number;
  /**
   * Bytes of memory that the journal may take, estimated; beside it holds 100,000 facts at most. The oldest facts make
   * room for new ones, and a page that would need them says so. Default 64 MB (67,108,864). `Infinity` lifts it.
   */
  readonly journalMaxBytes?: number;
  /**
   * Workers of functions (threads of 6 to 8 MB each) that stay when they are idle, over all functions. Beyond that the
   * longest idle is ended, and its function starts anew when it is invoked. Default 10.
   */
  readonly idleWorkers?: number;
  /**
   * What runs functions of Node: `worker` (default), a thread of this process, or `process`, a process for each
   * environment, with what Lambda has and a thread has not: native addons of every kind, `process.chdir`, modules
   * without `__dirname`, memory that the system holds. It starts later by what Node itself takes. A table says it by
   * function, by name, logical id or `stack.LogicalId`, and by `*` of all others: `{ Orders: 'process' }`.
   */
  readonly isolation?: IsolationSetting;
  /**
   * Path of the console's page, which a browser gets at `/_earwitness`: one HTML file, read when it is opened. The
   * command line brings it. Default: none, and a browser gets text.
   */
  readonly console?: string | URL;
  /** Folder where the certificate authority is kept. Default `~/.earwitness`. */
  readonly home?: string;
  /**
   * PEM files of roots that clients should go on trusting, beside the system's and ours: what NODE_EXTRA_CA_CERTS
   * named.
   */
  readonly rootFiles?: readonly string[];
  /** 12 digits; where a caller acts whose access key names no account. Default `000000000000`. */
  readonly account?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /**
   * Show URLs of deployed APIs in stack outputs as the local ones that answer. Default true; false leaves AWS's form.
   */
  readonly rewriteOutputs?: boolean;
  /** Sends a service's calls to another endpoint instead: `{ 'cognito-idp': 'http://127.0.0.1:9229' }`. */
  readonly upstream?: Upstream;
}

/** A local cloud that listens. */
export interface Local extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: the AWS endpoint, deployed APIs, topics. */
  readonly url: string;
  /** The same over TLS. */
  readonly httpsUrl: string;
  /** `http://127.0.0.1:PORT` of `momentoAdminPort`, if it was asked for. */
  readonly momentoAdminUrl?: string;
  /** The time of everything in this cloud; a test may advance it. */
  readonly clock: MovableClock;
  /** What happened, fact by fact. */
  readonly journal: Journal;
  /** The services without the wire. */
  readonly cloud: Cloud;
  /** The variables by which unmodified clients find this cloud: `Object.assign(process.env, local.env)`. */
  readonly env: LocalEnvironment;
  /** The same with every stack output in it, `ApiUrl` as `API_URL`. */
  environment(): Promise<Record<string, string>>;
  /**
   * What can be said of a stack before anything of it is made: what works, what stands in, what is wrong, what has to
   * be given. Changes nothing.
   * @param options.beside what will be there by then beside what is there already, as what earlier stacks leave
   */
  assess(stack: StackSource, options?: { readonly beside?: Omit<Surroundings, 'outputs'> }): Promise<Assessment>;
  /** Creates or updates a stack and waits for it. Returns its outputs. @throws DeploymentError */
  deploy(stack: StackSource): Promise<Record<string, string>>;
  /**
   * Relays every event of the buses that the deployed stacks made (of `default`, when they made none) to the topic,
   * where `subscribe()` hears it, by a stack of its own: the one that `earwitness relay --print` prints. With several
   * buses each has a topic of its own, so read `environment()` afterwards.
   * @param options.buses names of further buses to hear
   * @returns the names of the buses that are heard
   * @throws DeploymentError; UnknownBusError for a name in `buses` that is not a bus
   */
  relay(options?: { readonly buses?: readonly string[] }): Promise<readonly string[]>;
  /** Writes the certificates that clients of `httpsUrl` have to trust into files, and names them. */
  trustFiles(): Promise<TrustFiles>;
  /** Breaks every connection at once, as a network does, and goes on listening: what do your clients do then? */
  breakConnections(): void;
  /** Forgets every resource, event and message; the address stays. */
  reset(): Promise<void>;
  /**
   * Forgets what a test leaves behind, and keeps stacks and resources: messages in queues, dead letters, events and
   * invocations under way, items of topics, log events, archived events, replays, the journal. The clock is not set
   * back.
   */
  purge(): Promise<void>;
  /** Stops listening and gives back every handle. */
  close(): Promise<void>;
}

/**
 * Starts a local cloud in this process: milliseconds, no Docker, no account.
 * @throws Error when a port is taken or cannot be listened on; OptionError for `hosts`, `origins` or a `nextProxy` that
 * are none, and for a `journalMaxBytes` that is not a number of bytes or an `isolation` that is none.
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { startLocal } from '@earwitness/local';
 *
 * await using local = await startLocal();
 * Object.assign(process.env, local.env); // unmodified AWS and Momento SDKs find it by this
 * const outputs = await local.deploy({ name: 'orders', template: await readFile('template.yaml', 'utf8') });
 * await local.relay(); // what the stack's buses carry is heard on the topic
 */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  const { home, port = 0, keepKeys = false } = options;
  const place = keepKeys && port !== 0 ? { home, port } : undefined;
  const kept = place && (await readKeptKeys(place));
  const secret = kept?.secret ?? randomBytes(32).toString('base64url');
  const lastTlsPort = options.tlsPort === undefined ? kept?.tlsPort : undefined;
  const createServices = (shared: string) => everyService({ ...options, secret: shared });
  const started = await start(createServices, { ...options, secret, lastTlsPort });
  const tlsPort = Number(new URL(started.local.httpsUrl).port);
  if (place) await writeKeptKeys(place, { secret: started.secret, tlsPort });
  return started.local;
}

/**
 * The same with a chosen list of services, for tests of the doors. `secret` signs the keys in `env`: the one that the
 * topics service checks with, if it is among them. `lastTlsPort` is taken in the place of any free one, if it is free.
 */
export async function startLocalWith(
  services: readonly ((platform: Platform) => Service)[],
  options: StartOptions = {},
): Promise<Local> {
  return (await start(() => services, options)).local;
}

interface StartOptions extends LocalOptions {
  /** Signs keys, unless the nodes of this cloud have one already. */
  readonly secret?: string;
  readonly lastTlsPort?: number | undefined;
}

type Services = readonly ((platform: Platform) => Service)[];

interface Started {
  readonly local: Local;
  readonly secret: string;
}

/** Starts a cloud; when something of it cannot be had, gives back what was taken before. */
async function start(createServices: (secret: string) => Services, options: StartOptions): Promise<Started> {
  checkOptions(options);
  const taken: (() => Promise<void> | void)[] = [];
  try {
    return await assemble(createServices, options, (giveBack) => taken.push(giveBack));
  } catch (error) {
    await closeEach(taken.toReversed()).catch(() => {});
    throw error;
  }
}

/** @throws OptionError */
function checkOptions({ journalMaxBytes, isolation }: LocalOptions): void {
  if (journalMaxBytes !== undefined && !(typeof journalMaxBytes === 'number' && journalMaxBytes >= 0)) {
    throw new OptionError(
      `journalMaxBytes: ${typeof journalMaxBytes === 'number' ? journalMaxBytes : JSON.stringify(journalMaxBytes)} is not a number of bytes. Expected is 0 or more; Infinity lifts the bound.`,
    );
  }
  const isolationProblem = isolation === undefined ? undefined : problemOfIsolation(isolation);
  if (isolationProblem !== undefined) throw new OptionError(`isolation${isolationProblem}`);
}

/** @param take is told how each thing is given back that has to be */
async function assemble(
  createServices: (secret: string) => Services,
  options: StartOptions,
  take: (giveBack: () => Promise<void> | void) => void,
): Promise<Started> {
  const { port = 0, tlsPort = 0, host = '127.0.0.1', clock = createClock() } = options;
  const { account = DEFAULTS.account, region = DEFAULTS.region } = options;
  const { cache = DEFAULTS.cache, topic = DEFAULTS.topic, momentoKey: form = 'legacy' } = options;
  const guard = createGuard({ host, hosts: options.hosts ?? [], origins: options.origins ?? [] });
  const nextProxy = options.nextProxy && createNextProxy(options.nextProxy);
  const trust = createTrust({ ...options, names: guard.names });
  const { rootsFile } = await trust.files();
  const journal = createJournal(clock, { maxBytes: options.journalMaxBytes });
  const shared = await openShared(options, { clock, journal });
  take(async () => shared?.close());
  const ports = await bindPorts(host, { ...options, port, tlsPort });
  take(() => releasePorts(ports));
  const { plain, tls, momentoLocal = plain, momentoAdmin } = ports;
  const addressUnder = (name: string) => ({
    http: `http://${name}:${plain.port}`,
    https: `https://${name}:${tls.port}`,
    rootsFile,
    ...(form !== 'legacy' && { grpcProxy: `http://${name}:${plain.port}` }),
  });
  const { usualName } = guard;
  const address = addressUnder(usualName);
  const ids = createIds();
  const startedAt = clock.now();
  const node = await shared?.join({ address: address.http, ids });
  take(async () => node?.close());
  const secret = node ? await shareSecret(node, options.secret ?? '') : (options.secret ?? '');
  const created = createCloud({
    clock,
    ids,
    address,
    home: { account, region },
    services: createServices(secret),
    trustedRoots: trust.roots,
    journal,
    standIns: options,
    ...(node && { backbone: node }),
  });
  take(created.close);
  const cloud = node ? { ...created, clock: realTime(created.clock) } : created;
  const call = ownCall({ account, region });
  const envUnder = (name: string) => {
    // By name: Node warns of TLS to an address (DEP0123) in every process that uses Momento's SDK.
    const endpoint = `${name === '127.0.0.1' ? 'localhost' : name}:${tls.port}`;
    const keys = mintEveryForm({ endpoint, secret, now: clock.now() });
    const momento = { endpoint, plain: { host: name, port: momentoLocal.port }, keys, form };
    return environmentOf({ address: addressUnder(name), momento, rootsFile, account, region, cache, topic });
  };
  const env = envUnder(usualName);
  const outputsUnder = async (name: string) => {
    const outputs = Object.entries(await outputVariables(cloud, call));
    return Object.fromEntries(
      outputs.map(([key, value]) => [key, value.replaceAll(address.http, addressUnder(name).http)]),
    );
  };
  const environment = async (name = usualName) => ({
    ...(name === usualName ? env : envUnder(name)),
    ...(await outputsUnder(name)),
  });
  const origin = { call, variables: async () => ({ ...parameterVariables(env), ...(await outputsUnder(usualName)) }) };
  const admin = createAdminDoors({
    ...cloud,
    console: options.console,
    services: cloud.services.map(({ name }) => name),
    environment: (headers) => environment(guard.nameFor(headers)),
    nodes: async () =>
      (await shared?.describe()) ??
      onlyNode({ name: options.nodeName ?? hostname(), address: address.http, startedAt }),
    state: () => cloud.state(call),
    map: () => cloud.map(call),
    emit: (events, trace) => cloud.emit(events, { ...call, ...trace }),
  });
  const listener = createListener({
    plain: [...new Set([plain, momentoLocal])],
    tls,
    certificate: trust.certificate,
    doors: [
      ...admin,
      createUpstreamDoor(cloud, options.upstream ?? {}),
      ...cloud.services.flatMap((service) => service.doors ?? []),
      createAwsDoor(cloud, { account, region }),
    ],
    streamDoors: cloud.services.flatMap((service) => service.streamDoors ?? []),
    guard,
    journal,
    clock,
    nextProxy,
    ...(node && { catchUp: () => node.catchUp() }),
  });
  const closeBlockPort = momentoAdmin && serveBlockPort(momentoAdmin, { guard, listener });
  const close = () => closeEach([cloud.close, closeBlockPort, listener.close]);
  const local: Local = {
    url: address.http,
    httpsUrl: address.https,
    ...(momentoAdmin && { momentoAdminUrl: `http://${usualName}:${momentoAdmin.port}` }),
    clock: cloud.clock,
    journal: cloud.journal,
    cloud,
    env,
    environment: () => environment(),
    assess: (stack, { beside } = {}) => assessStack(cloud, stack, { ...origin, ...(beside && { beside }) }),
    deploy: (stack) => deployStack(cloud, stack, origin),
    relay: ({ buses = [] } = {}) => deployRelay(cloud, { call, variables: async () => parameterVariables(env) }, buses),
    trustFiles: trust.files,
    breakConnections: listener.breakConnections,
    reset: () => cloud.reset(),
    purge: () => cloud.purge(),
    close,
    [Symbol.asyncDispose]: close,
  };
  return { local, secret };
}
