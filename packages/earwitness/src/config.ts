// earwitness.config.ts: the settings of a project, for the test kit and the CLI. Pure: the shape, and a parser that
// says in one sentence what is wrong and where. Reading the file is config-file.ts. Long because each setting stands
// here with its check. Its types are written out: TypeScript's older way to find modules sees no other package's files.

import { problemOfIsolation } from '@earwitness/protocol/internal/functions/isolation';
import { KEY_FORMS } from '@earwitness/protocol/internal/momento/key';
import { ConfigurationError } from './errors.ts';
import { demandDuration } from './hearing/duration.ts';
import type { CanaryOptions } from './transport/canary.ts';

/** The transports that are called by name. */
export const TRANSPORT_NAMES = ['momento', 'momento-http', 'appsync-events'] as const;

/** One of them. */
export type TransportName = (typeof TRANSPORT_NAMES)[number];

/** The default export of `earwitness.config.ts`. */
export interface EarwitnessConfig {
  /** Stacks that `earwitness dev` and `exec` deploy to the local cloud, in this order. */
  readonly stacks?: Readonly<Record<string, StackConfig>>;
  /** What the stacks need and nothing here makes: it is there before the first of them is deployed. */
  readonly given?: GivenConfig;
  /**
   * On the local cloud, relay every event of the buses that the stacks make (of `default`, when they make none) to a
   * topic: for stacks that have no such rule of their own. A list names further buses to relay.
   */
  readonly relay?: boolean | readonly string[];
  /**
   * Further names under which clients reach the local cloud, such as `host.docker.internal`: see
   * docs/guide/containers.md.
   */
  readonly hosts?: readonly string[];
  /** Origins of web pages, such as `https://app.example.com`, that may call everything on the local cloud. */
  readonly origins?: readonly string[];
  /**
   * The form of the local cloud's `MOMENTO_API_KEY`. Default `legacy`; with `v1` and `v2` `grpc_proxy` is set, too: see
   * docs/guide/momento-clients.md.
   */
  readonly momentoKey?: 'legacy' | 'v1' | 'v2';
  /** Listens where `CredentialProvider.forMomentoLocal()` looks, too: on port 8080, or on this one. */
  readonly momentoLocal?: boolean | number;
  /** Bytes of memory that the local cloud's journal may take, estimated. Default 64 MB (67,108,864). */
  readonly journalMaxBytes?: number;
  /**
   * What runs functions of Node on the local cloud: `worker` (default), a thread, or `process`. A table says it by
   * function, by name, logical id or `stack.LogicalId`, and by `*` of all others: `{ Orders: 'process' }`. The flag
   * `--isolation` wins. See docs/guide/debugging.md.
   */
  readonly isolation?: 'worker' | 'process' | Readonly<Record<string, 'worker' | 'process'>>;
  /**
   * A NATS server with JetStream on which the local cloud's state stands: `nats://host:4222/NAME`. Whoever has the same
   * address and name is one cloud. The flags `--backbone` and `--data` win. See docs/guide/team.md.
   */
  readonly backbone?: string;
  /** A folder in which the local cloud's state stands, so that a restart has it. The same flags win. */
  readonly data?: string;
  /**
   * What becomes of resource types, targets and functions that the local cloud does not serve: `stand-in` (default)
   * makes them and records what they receive, `refuse` fails the deployment by name. A table decides by type or
   * service, the longest name first: `{ '*': 'refuse', 'AWS::CloudWatch::*': 'stand-in' }`. With `--strict` only what
   * such a table names stands in. See docs/guide/stand-ins.md.
   */
  readonly unserved?: Unserved | Readonly<Record<string, Unserved>>;
  /** Values of stand-ins by logical id or `stack.LogicalId`: `{ Users: { Ref: 'users', Arn: 'arn:aws:…' } }`. */
  readonly standIns?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Answers to calls of services that are not served, so that code goes on: `{ 'ses:SendEmail': { MessageId: … } }`. A
   * function makes the answer of the call's input; `{ $error: { code, message, status } }` is an error.
   */
  readonly answers?: Readonly<
    Record<string, ScriptedAnswer | ((input: unknown) => ScriptedAnswer | Promise<ScriptedAnswer>)>
  >;
  /** Sends a service's calls to another endpoint instead: `{ 'cognito-idp': 'http://127.0.0.1:9229' }`. */
  readonly upstream?: Readonly<Record<string, string>>;
  /** Cache of the topic; the environment's `CACHE_NAME` wins. */
  readonly cache?: string;
  /** Topic to listen to; the environment's `TOPIC_NAME` wins. */
  readonly topic?: string;
  /** Several topics heard as one subscription; the environment's `TOPIC_NAME` wins. */
  readonly topics?: readonly string[];
  /** Event buses heard without any topic; the environment's `EARWITNESS_BUSES` wins. */
  readonly buses?: readonly string[];
  /** Amazon SNS topics to hear, by their ARNs; the environment's `EARWITNESS_TOPIC_ARNS` wins. */
  readonly topicArns?: readonly string[];
  /** How to listen; the environment's `EARWITNESS_TRANSPORT` wins. */
  readonly transport?: TransportName;
  /** How long a wait waits by default, in ms; the environment's `EARWITNESS_TIMEOUT_MS` wins. */
  readonly timeoutMs?: number;
  /** The bus over which every subscription proves its road; the environment's `EARWITNESS_CANARY_BUS` wins. */
  readonly canary?: CanaryOptions;
  /** Checks every event that tests hear against what events of its type looked like before. */
  readonly contracts?: ContractsConfig;
}

/** What becomes of something that is not served. */
export type Unserved = 'stand-in' | 'refuse';

/** What a call of a service that is not served is answered with: its output, or an error of the service. */
export type ScriptedAnswer = Readonly<Record<string, unknown>>;

/** What is there before any stack. Entries of the parameter store, secrets and exports by name, with their values. */
export interface GivenConfig {
  readonly ssm?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
  /** Names of event buses. */
  readonly buses?: readonly string[];
}

/** Where contracts are kept, both from the configuration file's folder: see docs/guide/contracts.md. */
export interface ContractsConfig {
  /** The lock file: `events.lock.json`. */
  readonly lock: string;
  /**
   * Where the same contracts are written as TypeScript, for `subscribe<EventMap>()`; when it is left out, no types are
   * written.
   */
  readonly types?: string;
}

/** One CloudFormation or SAM stack. */
export interface StackConfig {
  /** Path of the template, from the configuration file's folder. */
  readonly template: string;
  /** Parameters of the stack: values, or a function of what is known when the stack's turn comes. */
  readonly parameters?: StackParameters | ((context: StackContext) => StackParameters);
  /** Acknowledged capabilities, such as `CAPABILITY_IAM`. The local cloud takes all as given unless this names some. */
  readonly capabilities?: readonly string[];
  /** Tags of the stack. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Parameter names and values. An undefined value is refused by name when the stack is deployed. */
export type StackParameters = Readonly<Record<string, string | undefined>>;

/** What a stack's parameters can be made of. */
export interface StackContext {
  /** The environment the tests will get: `MOMENTO_HTTP_ENDPOINT`, `MOMENTO_API_KEY`, `CACHE_NAME`, `TOPIC_NAME`, … */
  readonly env: Readonly<Record<string, string>>;
  /** Outputs of the stacks deployed before: stack name → output name → value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Types a configuration; returns it as it is.
 * @example
 * export default defineConfig({ stacks: { orders: { template: 'template.yaml' } } });
 */
export function defineConfig(config: EarwitnessConfig): EarwitnessConfig {
  return config;
}

/**
 * Checks what a configuration file exported.
 * @param file named in every error
 * @throws ConfigurationError for a field that is unknown or of the wrong kind
 */
export function parseConfig(value: unknown, file: string): EarwitnessConfig {
  const config = record(value, `${file}: the default export`);
  const fields = [
    'stacks',
    'given',
    'relay',
    'hosts',
    'origins',
    'momentoKey',
    'momentoLocal',
    'journalMaxBytes',
    'isolation',
    'backbone',
    'data',
    'unserved',
    'standIns',
    'answers',
    'upstream',
    'cache',
    'topic',
    'topics',
    'buses',
    'topicArns',
    'transport',
    'timeoutMs',
    'canary',
    'contracts',
  ];
  only(config, fields, file);
  for (const name of ['cache', 'topic', 'backbone', 'data']) optional(config[name], 'string', `${file}: ${name}`);
  if (!['undefined', 'boolean'].includes(typeof config['relay']) && !isNames(config['relay'])) {
    throw new ConfigurationError(`${file}: relay must be true, false or a list of bus names.`);
  }
  if (!([undefined, ...KEY_FORMS] as unknown[]).includes(config['momentoKey'])) {
    throw new ConfigurationError(`${file}: momentoKey can be ${KEY_FORMS.join(', ')}.`);
  }
  if (config['backbone'] !== undefined && config['data'] !== undefined)
    throw new ConfigurationError(`${file}: backbone and data exclude one another.`);
  checkMomentoLocal(config['momentoLocal'], `${file}: momentoLocal`);
  optional(config['journalMaxBytes'], 'number', `${file}: journalMaxBytes`);
  if (config['timeoutMs'] !== undefined) demandDuration(config['timeoutMs'], `${file}: timeoutMs`);
  for (const name of ['topics', 'buses', 'topicArns', 'hosts', 'origins'])
    optionalNames(config[name], `${file}: ${name}`);
  if (!([undefined, ...TRANSPORT_NAMES] as unknown[]).includes(config['transport'])) {
    throw new ConfigurationError(`${file}: transport can be ${TRANSPORT_NAMES.join(', ')}.`);
  }
  const isolationProblem = config['isolation'] === undefined ? undefined : problemOfIsolation(config['isolation']);
  if (isolationProblem !== undefined) throw new ConfigurationError(`${file}: isolation${isolationProblem}`);
  checkUnserved(config, file);
  if (config['canary'] !== undefined) {
    const canary = record(config['canary'], `${file}: canary`);
    only(canary, ['bus', 'source', 'detailType'], `${file}: canary`);
    if (typeof canary['bus'] !== 'string' && !isNames(canary['bus'])) {
      throw new ConfigurationError(`${file}: canary.bus must be the name of a bus, or a list of names.`);
    }
  }
  if (config['contracts'] !== undefined) {
    const contracts = record(config['contracts'], `${file}: contracts`);
    only(contracts, ['lock', 'types'], `${file}: contracts`);
    if (!isString(contracts['lock'])) throw new ConfigurationError(`${file}: contracts.lock must be a path.`);
    optional(contracts['types'], 'string', `${file}: contracts.types`);
  }
  if (config['given'] !== undefined) checkGiven(config['given'], `${file}: given`);
  const stacks = config['stacks'] === undefined ? {} : record(config['stacks'], `${file}: stacks`);
  for (const [name, stack] of Object.entries(stacks)) checkStack(stack, `${file}: stacks.${name}`);
  return config as EarwitnessConfig;
}

function checkMomentoLocal(value: unknown, where: string): void {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535;
  if (value === undefined || typeof value === 'boolean' || isPort) return;
  throw new ConfigurationError(`${where} must be true, false or a port from 0 to 65535.`);
}

function checkUnserved(config: Record<string, unknown>, file: string): void {
  const { unserved, standIns, answers, upstream } = config;
  const isUnserved = (value: unknown) => value === 'stand-in' || value === 'refuse';
  if (isString(unserved) && !isUnserved(unserved)) {
    throw new ConfigurationError(`${file}: unserved must be 'stand-in' or 'refuse', or say it of types and services.`);
  }
  if (unserved !== undefined && !isString(unserved)) {
    const [wrong] = Object.entries(record(unserved, `${file}: unserved`)).filter(([, value]) => !isUnserved(value));
    if (wrong) throw new ConfigurationError(`${file}: unserved['${wrong[0]}'] must be 'stand-in' or 'refuse'.`);
  }
  for (const [name, values] of Object.entries(optionalRecord(standIns, `${file}: standIns`))) {
    const texts = Object.values(record(values, `${file}: standIns['${name}']`));
    if (!texts.every(isString))
      throw new ConfigurationError(`${file}: standIns['${name}'] must have strings as values.`);
  }
  for (const [name, answer] of Object.entries(optionalRecord(answers, `${file}: answers`))) {
    if (!/^[a-z0-9-]+:\w+$/.test(name)) {
      throw new ConfigurationError(`${file}: answers: '${name}' must be a service and an operation: 'ses:SendEmail'.`);
    }
    if (typeof answer !== 'function') record(answer, `${file}: answers['${name}']`);
  }
  for (const [name, address] of Object.entries(optionalRecord(upstream, `${file}: upstream`))) {
    if (isString(address) && /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : '')) continue;
    throw new ConfigurationError(`${file}: upstream['${name}'] must be an address such as http://127.0.0.1:9229.`);
  }
}

function checkGiven(value: unknown, where: string): void {
  const given = record(value, where);
  only(given, ['ssm', 'secrets', 'exports', 'buses'], where);
  optionalNames(given['buses'], `${where}.buses`);
  for (const [name, texts] of Object.entries(given)) {
    if (name === 'buses') continue;
    if (Object.values(record(texts, `${where}.${name}`)).every(isString)) continue;
    throw new ConfigurationError(`${where}.${name} must have strings as values.`);
  }
}

function checkStack(value: unknown, where: string): void {
  const stack = record(value, where);
  only(stack, ['template', 'parameters', 'capabilities', 'tags'], where);
  if (typeof stack['template'] !== 'string') throw new ConfigurationError(`${where}.template must be a path.`);
  if (typeof stack['parameters'] !== 'function' && stack['parameters'] !== undefined) {
    parseStackParameters(stack['parameters'], `${where}.parameters`, { allowUndefined: true });
  }
  const { capabilities, tags } = stack;
  if (capabilities !== undefined && !(Array.isArray(capabilities) && capabilities.every(isString))) {
    throw new ConfigurationError(`${where}.capabilities must be a list of strings.`);
  }
  if (tags !== undefined && !Object.values(record(tags, `${where}.tags`)).every(isString)) {
    throw new ConfigurationError(`${where}.tags must have strings as values.`);
  }
}

/**
 * The parameters of one stack, ready to be deployed.
 * @throws ConfigurationError naming the parameter that is undefined or no string, and what there was to choose from
 */
export function resolveStackParameters(
  name: string,
  stack: StackConfig,
  context: StackContext,
): Record<string, string> {
  const { parameters = {} } = stack;
  const where = `stacks.${name}.parameters`;
  if (typeof parameters !== 'function') return parseStackParameters(parameters, where);
  const known = Object.entries(context.outputs).map(
    ([other, outputs]) => `${other}: ${Object.keys(outputs).join(', ')}`,
  );
  return parseStackParameters(parameters(context), where, { hint: ` Outputs so far: ${known.join('; ') || 'none'}.` });
}

function parseStackParameters(
  value: unknown,
  where: string,
  { allowUndefined = false, hint = '' } = {},
): Record<string, string> {
  const parameters = record(value, where);
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter === undefined && allowUndefined) continue;
    if (isString(parameter)) continue;
    const kind = parameter === undefined ? 'undefined' : `a ${typeof parameter}`;
    throw new ConfigurationError(`${where}.${name} is ${kind}, but a parameter is a string.${hint}`);
  }
  return parameters as Record<string, string>;
}

function optionalRecord(value: unknown, where: string): Record<string, unknown> {
  return value === undefined ? {} : record(value, where);
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ConfigurationError(`${where} must be an object.`);
}

function only(value: Record<string, unknown>, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new ConfigurationError(`${where} has a field "${unknown}", which is not one of ${known.join(', ')}.`);
  }
}

function optional(value: unknown, type: 'string' | 'number' | 'boolean', where: string): void {
  if (value === undefined) return;
  if (typeof value !== type) throw new ConfigurationError(`${where} must be a ${type}.`);
}

function optionalNames(value: unknown, where: string): void {
  if (value !== undefined && !isNames(value)) throw new ConfigurationError(`${where} must be a list of names.`);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
