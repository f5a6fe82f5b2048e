// The way into the kit: finds out what to listen to, opens it, hands out the subscription. Nothing is connected or read
// before it is called, and what only some subscriptions need is loaded by them.

import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import { CallSite } from './call-site.ts';
import type { LoadedConfig } from './config-file.ts';
import type { ContractFiles } from './contracts/files.ts';
import { ConfigurationError } from './errors.ts';
import type { KnownEvents, OtherMessages } from './event.ts';
import { compileExpectation } from './expectation/compile.ts';
import { wallClock } from './hearing/clock.ts';
import { keepProcessAlive } from './hearing/keep-process-alive.ts';
import { findRunningTest, type RunningTest } from './hearing/running-test/running-test.ts';
import { Session, type SessionSettings } from './hearing/session.ts';
import type { Transport } from './hearing/transport.ts';
import { demand, resolveSettings, type Settings, type SubscribeDefaults, type SubscribeOptions } from './settings.ts';
import { Subscription } from './subscription.ts';
import { createAppSyncTransport } from './transport/appsync/events.ts';
import { createBusTransport } from './transport/bus/bus.ts';
import { createSnsTransport } from './transport/sns/sns.ts';
import type { SqsTransport } from './transport/sqs.ts';

export function subscribe<Events extends object = KnownEvents & OtherMessages>(
  options: SubscribeOptions & ({ readonly transport: SqsTransport } | { readonly topicArns: readonly string[] }),
): Promise<Subscription<Events>>;
/**
 * Opens a subscription. Resolves once everything published from now on will be heard, so act afterwards and wait when
 * you like.
 *
 * @throws ConfigurationError when nothing says what to subscribe to
 * @throws TransportError when the topic cannot be opened (no such cache, a wrong key, no answer) or the canary does not
 * come back
 * @example
 * await using events = await subscribe();
 * await createOrder({ name: 'test order' });
 * await events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreated' });
 */
export function subscribe<Events extends object = KnownEvents>(
  options?: SubscribeOptions,
): Promise<Subscription<Events>>;
export async function subscribe<Events extends object = KnownEvents>(
  options: SubscribeOptions = {},
): Promise<Subscription<Events>> {
  return subscribeIn<Events>(options);
}

/**
 * The same for a runner's fixture, which knows its test.
 * @param runningTest is asked when a wait begins: a test may change its own time
 */
export async function subscribeIn<Events extends object = KnownEvents>(
  options: SubscribeOptions,
  runningTest: () => RunningTest | undefined = findRunningTest,
): Promise<Subscription<Events>> {
  const folder = process.env['EARWITNESS_REPORT'];
  if (!folder) return open<Events>(options, runningTest);
  // Taken before anything is awaited: afterwards the caller is no longer on the stack.
  const site = new CallSite(subscribeIn);
  const [at, inTest] = [wallClock.now(), runningTest()];
  const { writeEvidence, writeRefusal } = await import('./evidence/write.ts');
  const write: OnClosed = (session, waits) => writeEvidence(folder, { session, waits, subscribedAt: site.frames });
  try {
    return await open<Events>(options, runningTest, write);
  } catch (error) {
    await writeRefusal(folder, { error, at, test: inTest, subscribedAt: site.frames });
    throw error;
  }
}

async function open<Events extends object>(
  options: SubscribeOptions,
  runningTest: () => RunningTest | undefined,
  writeEvidence?: OnClosed,
): Promise<Subscription<Events>> {
  const settings = resolveSettings(options, process.env, await loadDefaults());
  const transports = await chooseTransports(settings);
  const { canary, contracts, deadLetterQueue, keep, timeoutMs } = settings;
  const sendCanary = canary && (await (await import('./transport/canary.ts')).createCanarySender(canary));
  const annotated = await annotations();
  const opening = Session.open(
    transports,
    {
      clock: wallClock,
      keep,
      timeoutMs,
      runningTest,
      preparePage: () => void import('./page/missed.ts'),
      ...(sendCanary ? { sendCanary } : {}),
      ...(deadLetterQueue === undefined ? {} : { deadLetterQueue }),
      ...onClosed([writeEvidence, contracts && (await checkContracts(contracts, annotated))]),
      ...annotated,
      ...(options.only === undefined ? {} : { only: compileExpectation(options.only) }),
      ...(options.trace === undefined ? {} : { trace: demandTrace(options.trace, transports) }),
    },
    options.signal,
  );
  return new Subscription<Events>(await keepProcessAlive(opening));
}

/** With contracts in the configuration, every event heard is held to them when the subscription is closed. */
async function checkContracts(
  files: ContractFiles,
  { onFailed }: Pick<SessionSettings, 'onFailed'>,
): Promise<OnClosed> {
  const { openContracts } = await import('./contracts/session-contracts.ts');
  return openContracts(files, process.env, onFailed);
}

type OnClosed = NonNullable<SessionSettings['onClosed']>;

/** Calls all listeners, one after the other. Without listeners the session keeps no list of its waits. */
function onClosed(listeners: readonly (OnClosed | undefined)[]): Pick<SessionSettings, 'onClosed'> {
  const all = listeners.filter((listener) => listener !== undefined);
  if (all.length === 0) return {};
  return {
    async onClosed(session, waits) {
      for (const listener of all) await listener(session, waits);
    },
  };
}

/** In GitHub Actions, failed waits are annotated. */
async function annotations(): Promise<Pick<SessionSettings, 'onFailed'>> {
  if (process.env['GITHUB_ACTIONS'] !== 'true') return {};
  const { createGithubReporter } = await import('./evidence/github.ts');
  const report = createGithubReporter(process.env);
  return report ? { onFailed: ({ title, frames }, { message: page }) => report({ title, frames, page }) } : {};
}

let defaults: Promise<SubscribeDefaults> | undefined;

/** What the configuration file says, read once for the whole process. */
function loadDefaults(): Promise<SubscribeDefaults> {
  defaults ??= (async () => {
    const { findConfigFile, loadConfigFile } = await import('./config-file.ts');
    const file = findConfigFile(process.cwd());
    return file === undefined ? {} : defaultsOf(await loadConfigFile(file));
  })();
  return defaults;
}

/** A configuration that was read already, in the place of the one that is found: `doctor --config`. */
export function takeDefaults(loaded: LoadedConfig): void {
  defaults = defaultsOf(loaded);
}

async function defaultsOf({ config, folder }: LoadedConfig): Promise<SubscribeDefaults> {
  const { contracts, ...rest } = config;
  if (!contracts) return rest;
  const { contractFiles } = await import('./contracts/files.ts');
  return { ...rest, contracts: contractFiles(contracts, folder) };
}

/** The root of a trace. */
function demandTrace(trace: string, transports: readonly Transport[]): string {
  const mute = transports.find(({ carriesTrace }) => !carriesTrace);
  if (mute) {
    throw new ConfigurationError(
      `"trace" cannot be heard on ${mute.name}: only buses and queues carry trace headers. Use "only", with an id in the event.`,
    );
  }
  return rootOf(trace) ?? trace;
}

async function chooseTransports(settings: Settings): Promise<readonly Transport[]> {
  const { transports, buses, topicArns } = settings;
  const taps = [
    ...buses.map((bus) => createBusTransport({ bus })),
    ...topicArns.map((topicArn) => createSnsTransport({ topicArn })),
  ];
  if (transports.length > 0) return [...transports, ...taps];
  return settings.topics?.length === 0 && taps.length > 0 ? taps : [...(await createForTopics(settings)), ...taps];
}

/** One transport of the chosen kind for each topic. */
async function createForTopics(settings: Settings): Promise<readonly Transport[]> {
  if (settings.transport === 'appsync-events') {
    const { appSyncEndpoint, appSyncApiKey, topics } = demand(settings, 'appSyncEndpoint', 'appSyncApiKey', 'topics');
    const route = { endpoint: appSyncEndpoint, apiKey: appSyncApiKey };
    return topics.map((channel) => createAppSyncTransport({ ...route, channel }));
  }
  if (settings.transport !== 'momento-http') {
    const { createMomentoTransport, loadMomentoSdk } = await import('./transport/momento.ts');
    const { topics, ...account } = demand(settings, 'apiKey', 'cache', 'topics');
    const sdk = await loadMomentoSdk();
    const { endpoint } = settings;
    const route = endpoint === undefined ? account : { ...account, endpoint };
    if (sdk) return topics.map((topic) => createMomentoTransport({ ...route, topic }, sdk));
    if (settings.transport === 'momento') {
      throw new ConfigurationError(
        'The transport "momento" needs the package @gomomento/sdk: npm install -D @gomomento/sdk',
      );
    }
  }
  const { createMomentoHttpTransport } = await import('./transport/momento-http.ts');
  const { httpEndpoint, topics, ...account } = demand(settings, 'apiKey', 'cache', 'topics', 'httpEndpoint');
  return topics.map((topic) => createMomentoHttpTransport({ ...account, topic, endpoint: httpEndpoint }));
}
