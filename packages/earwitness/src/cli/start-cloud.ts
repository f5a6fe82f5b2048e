// Starts the local cloud and deploys what the project has, or what the configuration file and the flags name.

import { resolve } from 'node:path';
import { BackboneError, type Local, OptionError, startLocal, UnknownBusError } from '@earwitness/local';
import { variableName } from '@earwitness/protocol/internal/relay/names';
import type { EarwitnessConfig } from '../config.ts';
import { type ContractFiles, contractFiles } from '../contracts/files.ts';
import { line } from '../printing/line.ts';
import { type AssessedStack, acceptPlan } from './assess-plan.ts';
import { BLOCKED_PORTS } from './blocked-ports.ts';
import type { CloudOptions } from './cloud-options.ts';
import { CONSOLE_PAGE } from './console/page-file.ts';
import { GIVEN_STACK, givenBy, givenTemplates } from './given.ts';
import { idleIsolations } from './idle-settings/isolation-names.ts';
import { idleStandIns } from './idle-settings/stand-in-values.ts';
import { backboneOf } from './process/backbone.ts';
import { nextProxyOf } from './process/next-proxy.ts';
import { variablesForParameters, withEnvFile } from './project/env-file.ts';
import { findProject, type Project } from './project/find-project.ts';
import type { PlannedStack } from './project/planned-stack.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Where Momento's SDKs look for `forMomentoLocal()`: @gomomento/sdk-core 1.118.1, auth/credential-provider.js. */
const MOMENTO_LOCAL_PORT = 8080;

/** Outputs of each stack, by stack and name, in the order of deployment. */
export type StackOutputs = Map<string, Readonly<Record<string, string>>>;

export interface StartedCloud {
  readonly local: Local;
  readonly stacks: StackOutputs;
  /** What was to be said of the stacks before they were deployed. */
  readonly assessed: readonly AssessedStack[];
  /** The environment with every stack output in it. */
  readonly variables: Readonly<Record<string, string>>;
  /** This process's environment with what the project's `.env` adds to it. */
  readonly host: NodeJS.ProcessEnv;
  /** Deploys a stack once more, with another template, and brings the relay up to date. @throws DeploymentError */
  deploy(stack: PlannedStack): Promise<void>;
  /** Absolute paths of the files that a stack's template takes in. */
  filesOf(stack: PlannedStack): Promise<readonly string[]>;
  /** Where the configuration keeps its contracts. */
  readonly contracts?: ContractFiles;
}

/**
 * Finds out what to deploy, and says so. Whoever holds it disposes of it after the cloud has ended.
 * @throws UsageError, ConfigurationError for flags, files and tools that do not work
 */
export function openProject(options: CloudOptions): Promise<Project> {
  return findProject(resolve(options.cwd ?? '.'), { ...options, say });
}

/**
 * @throws UsageError, ConfigurationError for flags and ports that do not work; DeploymentError when a stack fails.
 * Nothing is left running then.
 */
export async function startCloud(project: Project, options: CloudOptions): Promise<StartedCloud> {
  const { config, envFile, folder, stacks: plan } = project;
  const given = givenBy(config, options);
  const { isolation = config.isolation } = options;
  const ports = portsOf(config, options);
  const momentoKey = options.momentoKey ?? config.momentoKey;
  const nextProxy = nextProxyOf(process.env);
  const local = await startLocal({
    ...ports,
    console: CONSOLE_PAGE,
    keepKeys: true,
    ...(momentoKey && { momentoKey }),
    ...(nextProxy && { nextProxy }),
    rootFiles: [process.env['NODE_EXTRA_CA_CERTS'], process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH']].filter(isString),
    ...(config.cache !== undefined && { cache: config.cache }),
    ...(config.topic !== undefined && { topic: config.topic }),
    ...(config.journalMaxBytes !== undefined && { journalMaxBytes: config.journalMaxBytes }),
    ...(config.unserved && { unserved: config.unserved }),
    ...(config.standIns && { standIns: config.standIns }),
    ...(config.answers && { answers: config.answers }),
    ...(config.upstream && { upstream: config.upstream }),
    ...(isolation !== undefined && { isolation }),
    ...backboneOf(config, { ...options, folder: resolve(options.cwd ?? '.') }, process.env),
    strict: options.strict ?? false,
    ...(options.host !== undefined && { host: options.host }),
    hosts: [...(config.hosts ?? []), ...(options.allowHost ?? [])],
    origins: [...(config.origins ?? []), ...(options.allowOrigin ?? [])],
  }).catch((error: Error) => {
    if (error instanceof OptionError || error instanceof BackboneError)
      throw new UsageError(error.message, { cause: error });
    throw portInUse(error, ports) ?? error;
  });
  if (BLOCKED_PORTS.has(Number(options.port))) {
    say(line`fetch refuses port ${options.port ?? ''}: clients that use fetch need a cloud on another --port.`);
  }
  if (!/^(127\.|localhost$|::1$)/.test(options.host ?? 'localhost')) {
    say(
      line`Listening on ${options.host ?? ''}: everyone who reaches this machine over its network can run code on it.`,
    );
  }
  try {
    const outputs: StackOutputs = new Map();
    const order = (stack: PlannedStack) => {
      const parameters = stack.parameters({ env: local.env, outputs: Object.fromEntries(outputs) });
      return { ...stack, parameters, variables };
    };
    const deploy = async (stack: PlannedStack) => {
      outputs.set(stack.name, await local.deploy(order(stack)));
    };
    const variables = variablesForParameters(process.env, envFile);
    const assessed = await acceptPlan(local, plan, { given, variables });
    say(...idleStandIns(config.standIns, assessed).map((sentence) => line`earwitness: ${sentence}`));
    for (const template of givenTemplates(given)) await local.deploy({ name: GIVEN_STACK, template });
    for (const stack of plan) await deploy(stack);
    const wanted = options.relay ?? config.relay ?? false;
    await relay(local, wanted);
    const started: StartedCloud = {
      local,
      stacks: outputs,
      assessed,
      variables: await local.environment(),
      host: withEnvFile(process.env, envFile),
      async deploy(stack) {
        await deploy(stack);
        await relay(local, wanted);
      },
      filesOf: async (stack) => (await local.assess(order(stack))).files,
      ...(config.contracts && { contracts: contractFiles(config.contracts, folder) }),
    };
    sayLeftOut(started);
    const { AWS_ACCESS_KEY_ID: account, AWS_REGION: region } = local.env;
    const { functions } = await local.cloud.state({ account, region });
    say(...idleIsolations(isolation, functions).map((sentence) => line`earwitness: ${sentence}`));
    return started;
  } catch (error) {
    await local.close();
    throw error;
  }
}

/**
 * Reports outputs that do not become variables, because the system, Node, an AWS client or Earwitness reads a variable
 * of that name as a setting.
 */
function sayLeftOut({ local, stacks, variables }: StartedCloud): void {
  const ours: Readonly<Record<string, string>> = local.env;
  for (const [stack, outputs] of stacks) {
    for (const [output, value] of Object.entries(outputs)) {
      const variable = variableName(output);
      const now = variables[variable];
      if (now === value || (now !== undefined && now !== ours[variable])) continue;
      say(
        line`Output ${output} of stack ${stack} does not become a variable: others read ${variable} as a setting. Give it another name.`,
      );
    }
  }
}

async function relay(local: Local, wanted: boolean | readonly string[]): Promise<void> {
  if (wanted === false) return;
  await local.relay({ buses: wanted === true ? [] : wanted }).catch((error: Error) => {
    throw error instanceof UnknownBusError ? new UsageError(`--relay: ${error.message}`, { cause: error }) : error;
  });
}

interface Ports {
  readonly port: number;
  readonly tlsPort?: number;
  readonly momentoLocalPort?: number;
  readonly momentoAdminPort?: number;
}

/** @throws UsageError for a flag that is not a port */
function portsOf({ momentoLocal }: EarwitnessConfig, options: CloudOptions): Ports {
  const configured = typeof momentoLocal === 'number' ? momentoLocal : momentoLocal ? MOMENTO_LOCAL_PORT : undefined;
  const momentoLocalPort = parsePort('--momento-local', options.momentoLocal) ?? configured;
  const momentoAdminPort = parsePort('--momento-admin', options.momentoAdmin);
  const tlsPort = parsePort('--tls-port', options.tlsPort);
  return {
    port: parsePort('--port', options.port) ?? 0,
    ...(tlsPort !== undefined && { tlsPort }),
    ...(momentoLocalPort !== undefined && { momentoLocalPort }),
    ...(momentoAdminPort !== undefined && { momentoAdminPort }),
  };
}

function parsePort(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new UsageError(`${flag} takes a number from 0 to 65535, not '${text}'.`);
}

/** Which flag named the port that is in use; its code only where any free port would do. */
function portInUse({ cause }: Error, { tlsPort, momentoLocalPort, momentoAdminPort }: Ports): UsageError | undefined {
  if (!(cause instanceof Error && 'code' in cause && 'port' in cause && cause.code === 'EADDRINUSE')) return undefined;
  const { port } = cause;
  if (port === momentoLocalPort)
    return new UsageError(`port ${port} is in use. Choose another: --momento-local <port>.`);
  if (port === momentoAdminPort)
    return new UsageError(`port ${port} is in use. Choose another: --momento-admin <port>.`);
  const flag = port === tlsPort ? '--tls-port' : '--port';
  return new UsageError(`port ${port} is in use. Choose another ${flag}, or leave it out for a free one.`, {
    ...(flag === '--port' && { code: 'EADDRINUSE' }),
    cause,
  });
}

function isString(value: string | undefined): value is string {
  return value !== undefined;
}
