// Every option of `subscribe()`, and where each value comes from: an option beats the environment, the environment
// beats earwitness.config.ts, that beats the default.

import { busOfTopic, topicVariable } from '@earwitness/protocol/internal/relay/names';
import { TRANSPORT_NAMES, type TransportName } from './config.ts';
import type { ContractFiles } from './contracts/files.ts';
import { ConfigurationError } from './errors.ts';
import type { Expected } from './expectation/expected.ts';
import { printValue } from './expectation/print.ts';
import { demandDuration } from './hearing/duration.ts';
import type { Transport } from './hearing/transport.ts';
import type { CanaryOptions } from './transport/canary.ts';

/** Options of `subscribe()`; each has an environment variable or a default. */
export interface SubscribeOptions {
  /** Default: `MOMENTO_API_KEY`. */
  readonly apiKey?: string;
  /** Default: `CACHE_NAME`. */
  readonly cache?: string;
  /** Default: `TOPIC_NAME`. */
  readonly topic?: string;
  /**
   * One of several buses that are relayed, each to a topic of its own (`earwitness exec --relay`): hears that bus
   * alone. Its topic is found in `TOPIC_NAME`, or in `TOPIC_NAME_<BUS>`. Without it, `subscribe()` hears all of them.
   */
  readonly bus?: string;
  /**
   * Several topics heard as one subscription; each message says its own. Default: `TOPIC_NAME`, with commas between.
   */
  readonly topics?: readonly string[];
  /**
   * Event buses heard without any topic: for each a queue and a rule are made for the time of the subscription. Topics
   * are heard beside them only when they are named here too. Default: `EARWITNESS_BUSES`, with commas between. Needs
   * `@aws-sdk/client-eventbridge`, `@aws-sdk/client-sqs` and AWS credentials (or the local cloud).
   */
  readonly buses?: readonly string[];
  /**
   * Amazon SNS topics, by their ARNs: for each a queue is subscribed for the time of the subscription. Topics of
   * Momento are heard beside them only when they are named here too. Default: `EARWITNESS_TOPIC_ARNS`, with commas
   * between. Needs `@aws-sdk/client-sns`, `@aws-sdk/client-sqs` and AWS credentials (or the local cloud).
   */
  readonly topicArns?: readonly string[];
  /** Momento's HTTP API of the region, for `momento-http`. Default: `MOMENTO_HTTP_ENDPOINT`. */
  readonly httpEndpoint?: string;
  /** Host of the region, only for Momento's v2 API keys. Default: `MOMENTO_ENDPOINT`. */
  readonly endpoint?: string;
  /**
   * How to listen. Default: `EARWITNESS_TRANSPORT`, else `momento` when `@gomomento/sdk` is installed, else
   * `momento-http`. `appsync-events` takes its endpoint and key from `APPSYNC_EVENTS_ENDPOINT` and
   * `APPSYNC_EVENTS_API_KEY`; the topic is the channel. A `MemoryTopic` (or a transport of one's own, or a list of
   * them) is used as it is.
   */
  readonly transport?: TransportName | Transport | readonly Transport[];
  /**
   * How long each wait waits unless it says otherwise, in ms, 0 or more. Default: `EARWITNESS_TIMEOUT_MS`, else 3000.
   */
  readonly timeoutMs?: number;
  /** How many messages are kept at least. Default 100,000. */
  readonly keep?: number;
  /**
   * Proves the whole road at the start, and lets `expectNone` and `exactly` answer early: an event of the kit's own
   * goes over this bus. Default: the bus named by `EARWITNESS_CANARY_BUS` (several with commas between), else none is
   * sent. Every topic has to hear it. Needs `@aws-sdk/client-eventbridge`.
   */
  readonly canary?: CanaryOptions;
  /**
   * URL of the dead-letter queue behind the topic: a failure page says what lies in it. Default:
   * `DEAD_LETTER_QUEUE_URL`, which `earwitness exec` sets from a stack output `DeadLetterQueueUrl`. Needs
   * `@aws-sdk/client-sqs`.
   */
  readonly deadLetterQueue?: string;
  /**
   * Keeps only what meets this; everything else on the topic belongs to other runs. For parallel workers and CI jobs on
   * one bus: an id that the test makes, hands to the system under test, and finds again in its events.
   */
  readonly only?: Expected;
  /**
   * Keeps only events of this X-Ray trace: a root (`1-…`) or a whole header. For systems that pass a request's trace
   * header on and have no room for an id in the event. Needs transports that carry it: buses and queues.
   */
  readonly trace?: string;
  /**
   * `false`: the events of this subscription are not checked against the contracts, because the test sends what no
   * producer would.
   */
  readonly contracts?: boolean;
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
}

/**
 * Default time a wait takes, in ms. Ours: with the grace period after it, still inside the 5 s that vitest and jest
 * give a test, so that our page is what the reader sees and not the runner's "timed out".
 */
export const DEFAULT_TIMEOUT_MS = 3000;
const DEFAULT_KEEP = 100_000;

/** The part of a configuration file that `subscribe()` reads. */
export interface SubscribeDefaults {
  readonly cache?: string;
  readonly topic?: string;
  readonly topics?: readonly string[];
  readonly buses?: readonly string[];
  readonly topicArns?: readonly string[];
  readonly transport?: TransportName;
  readonly timeoutMs?: number;
  readonly canary?: CanaryOptions;
  readonly contracts?: ContractFiles;
}

/** Options with the environment's and the file's values filled in. */
export interface Settings {
  readonly apiKey: string | undefined;
  readonly cache: string | undefined;
  /** Topics to hear; undefined when none is named anywhere, empty when buses are heard instead. */
  readonly topics: readonly string[] | undefined;
  readonly buses: readonly string[];
  readonly topicArns: readonly string[];
  readonly httpEndpoint: string | undefined;
  readonly endpoint: string | undefined;
  readonly appSyncEndpoint: string | undefined;
  readonly appSyncApiKey: string | undefined;
  readonly transport: TransportName | undefined;
  /** Used as they are. */
  readonly transports: readonly Transport[];
  readonly timeoutMs: number;
  readonly keep: number;
  readonly canary: CanaryOptions | undefined;
  readonly deadLetterQueue: string | undefined;
  readonly contracts: ContractFiles | undefined;
}

/** @throws ConfigurationError for a value that makes no sense, naming where it came from. */
export function resolveSettings(
  options: SubscribeOptions,
  environment: Readonly<Record<string, string | undefined>>,
  defaults: SubscribeDefaults = {},
): Settings {
  const from = (name: string) => environment[name] || undefined;
  const transport = options.transport ?? transportName(from('EARWITNESS_TRANSPORT')) ?? defaults.transport;
  const named = typeof transport === 'string' ? transport : undefined;
  return {
    ...sources(options, from, defaults),
    apiKey: options.apiKey ?? from('MOMENTO_API_KEY'),
    cache: options.cache ?? from('CACHE_NAME') ?? defaults.cache,
    httpEndpoint: options.httpEndpoint ?? from('MOMENTO_HTTP_ENDPOINT'),
    endpoint: options.endpoint ?? from('MOMENTO_ENDPOINT'),
    appSyncEndpoint: from('APPSYNC_EVENTS_ENDPOINT'),
    appSyncApiKey: from('APPSYNC_EVENTS_API_KEY'),
    transport: named,
    transports: transport === undefined || typeof transport === 'string' ? [] : [transport].flat(),
    timeoutMs: demandDuration(
      options.timeoutMs ?? numberIn(from('EARWITNESS_TIMEOUT_MS')) ?? defaults.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      'subscribe(): timeoutMs (EARWITNESS_TIMEOUT_MS)',
    ),
    canary: options.canary ?? canaryOn(from('EARWITNESS_CANARY_BUS')) ?? defaults.canary,
    deadLetterQueue: options.deadLetterQueue ?? from('DEAD_LETTER_QUEUE_URL'),
    contracts: options.contracts === false ? undefined : defaults.contracts,
    keep: positive(options.keep ?? DEFAULT_KEEP, 'keep'),
  };
}

/**
 * What is heard. Buses and SNS topics stand in for topics, which `earwitness exec` names in every environment, unless
 * the call names both.
 */
function sources(
  options: SubscribeOptions,
  from: (name: string) => string | undefined,
  defaults: SubscribeDefaults,
): Pick<Settings, 'topics' | 'buses' | 'topicArns'> {
  const given = options.bus === undefined ? oneList(options, 'subscribe()') : [topicFor(options.bus, options, from)];
  if (options.buses !== undefined && !(Array.isArray(options.buses) && options.buses.every(isName))) {
    throw new ConfigurationError(
      `subscribe(): buses must be a list of names of buses, none of them empty, but is ${printValue(options.buses)}.`,
    );
  }
  const buses = options.buses ?? listed(from('EARWITNESS_BUSES')) ?? defaults.buses ?? [];
  const topicArns = options.topicArns ?? listed(from('EARWITNESS_TOPIC_ARNS')) ?? defaults.topicArns ?? [];
  if (!(Array.isArray(topicArns) && topicArns.every(isName))) {
    throw new ConfigurationError(
      `subscribe(): topicArns must be a list of ARNs of SNS topics, but is ${printValue(topicArns)}.`,
    );
  }
  const others = buses.length + topicArns.length;
  if (given === undefined && others > 0) return { topics: [], buses, topicArns };
  if (given?.length === 0 && others === 0) {
    throw new ConfigurationError(
      'subscribe(): topics is an empty list: nothing would be heard. Leave it out, or name topics or buses.',
    );
  }
  return { topics: given ?? listed(from('TOPIC_NAME')) ?? oneList(defaults, 'the configuration'), buses, topicArns };
}

/** The topic of a bus that is relayed. */
function topicFor(
  bus: string,
  { topic, topics, buses }: SubscribeOptions,
  from: (name: string) => string | undefined,
): string {
  if (topic !== undefined || topics !== undefined || buses !== undefined) {
    throw new ConfigurationError('subscribe() has "bus" beside "topic", "topics" or "buses"; one of them says it all.');
  }
  if (!isName(bus)) {
    throw new ConfigurationError(
      `subscribe(): bus must be the name of a bus, a text that is not empty, but is ${printValue(bus)}.`,
    );
  }
  // The list is exact, while two buses may share a variable, as `pay.bus` and `pay_bus` do.
  const all = listed(from('TOPIC_NAME')) ?? [];
  const exact = all.find((name) => busOfTopic(name) === bus);
  if (exact !== undefined) return exact;
  const variable = topicVariable(bus);
  const named = from(variable);
  const other = named !== undefined && all.includes(named) ? busOfTopic(named) : undefined;
  if (named !== undefined && other === undefined) return named;
  const relayed = all.map(busOfTopic).filter((name) => name !== undefined);
  throw new ConfigurationError(
    `subscribe({ bus: "${bus}" }) finds no topic for this bus: ${variable} ${other === undefined ? 'is not set' : `has that of ${other}`}` +
      `${relayed.length > 0 ? `, and TOPIC_NAME has those of ${relayed.join(', ')}` : ''}. ` +
      `Relay the bus with "earwitness exec --relay=${bus} -- …", or set ${variable} to the topic that it is relayed to.`,
  );
}

function oneList(
  { topic, topics }: { readonly topic?: string; readonly topics?: readonly string[] },
  where: string,
): readonly string[] | undefined {
  if (topic !== undefined && topics !== undefined) {
    throw new ConfigurationError(`${where} has both "topic" and "topics"; one of them says it all.`);
  }
  return topics ?? (topic === undefined ? undefined : [topic]);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** `orders, payments` */
function listed(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(',').map((name) => name.trim());
  return names?.filter((name) => name !== '');
}

function transportName(name: string | undefined): TransportName | undefined {
  if (name === undefined) return undefined;
  const known = TRANSPORT_NAMES.find((one) => one === name);
  if (known) return known;
  throw new ConfigurationError(`EARWITNESS_TRANSPORT is "${name}"; it can be ${TRANSPORT_NAMES.join(', ')}.`);
}

function canaryOn(buses: string | undefined): CanaryOptions | undefined {
  const [first, ...others] = listed(buses) ?? [];
  if (first === undefined) return undefined;
  return { bus: others.length === 0 ? first : [first, ...others] };
}

/** The number that a variable holds; any other text is returned as it is, to be refused. Blanks count as unset. */
function numberIn(text: string | undefined): number | string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function positive(value: number, name: string): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ConfigurationError(`${name} must be a number above 0, but is ${JSON.stringify(value)}.`);
}

/**
 * The values a transport cannot do without.
 * @throws ConfigurationError naming every missing one, with the variable that would set it
 */
export function demand<Name extends keyof typeof VARIABLES>(
  settings: Settings,
  ...names: Name[]
): { readonly [Key in Name]: NonNullable<Settings[Key]> } {
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    const list = missing.map((name) => `${name} (or ${VARIABLES[name]} in the environment)`).join(', ');
    throw new ConfigurationError(
      `subscribe() does not know its ${list}. Run the tests under "earwitness exec -- …", or set them for the real cloud.`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as {
    [Key in Name]: NonNullable<Settings[Key]>;
  };
}

const VARIABLES = {
  apiKey: 'MOMENTO_API_KEY',
  cache: 'CACHE_NAME',
  topics: 'TOPIC_NAME',
  httpEndpoint: 'MOMENTO_HTTP_ENDPOINT',
  appSyncEndpoint: 'APPSYNC_EVENTS_ENDPOINT',
  appSyncApiKey: 'APPSYNC_EVENTS_API_KEY',
} as const;
