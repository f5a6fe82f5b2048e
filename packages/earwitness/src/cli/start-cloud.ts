// Starts the local cloud and deploys what the project has, or what the configuration file and the flags name.

import { resolve } from 'node:path';
import { type Local, OptionError, startLocal, UnknownBusError } from '@earwitness/local';
import { variableName } from '@earwitness/protocol/internal/relay/names';
import { type ContractFiles, contractFiles } from '../contracts/files.ts';
import { line } from '../printing/line.ts';
import { type AssessedStack, acceptPlan } from './assess-plan.ts';
import { BLOCKED_PORTS } from './blocked-ports.ts';
import type { CloudOptions } from './cloud-options.ts';
import { GIVEN_STACK, givenBy, givenTemplates } from './given.ts';
import { idleIsolations } from './idle-settings/isolation-names.ts';
import { idleStandIns } from './idle-settings/stand-in-values.ts';
import { variablesForParameters, withEnvFile } from './project/env-file.ts';
import { findProject, type Project } from './project/find-project.ts';
import type { PlannedStack } from './project/planned-stack.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

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
  const local = await startLocal({
    port: parsePort(options.port),
    rootFiles: [process.env['NODE_EXTRA_CA_CERTS'], process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH']].filter(isString),
    ...(config.cache !== undefined && { cache: config.cache }),
    ...(config.topic !== undefined && { topic: config.topic }),
    ...(config.journalMaxBytes !== undefined && { journalMaxBytes: config.journalMaxBytes }),
    ...(config.unserved && { unserved: config.unserved }),
    ...(config.standIns && { standIns: config.standIns }),
    ...(config.answers && { answers: config.answers }),
    ...(config.upstream && { upstream: config.upstream }),
    ...(isolation !== undefined && { isolation }),
    strict: options.strict ?? false,
    ...(options.host !== undefined && { host: options.host }),
    hosts: [...(config.hosts ?? []), ...(options.allowHost ?? [])],
    origins: [...(config.origins ?? []), ...(options.allowOrigin ?? [])],
  }).catch((error: Error) => {
    if (error instanceof OptionError) throw new UsageError(error.message, { cause: error });
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'EADDRINUSE') throw error;
    throw new UsageError(`port ${options.port} is in use. Choose another --port, or leave it out for a free one.`, {
      code: 'EADDRINUSE',
      cause: error,
    });
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
    const deploy = async (stack: PlannedStack) => {
      const parameters = stack.parameters({ env: local.env, outputs: Object.fromEntries(outputs) });
      outputs.set(stack.name, await local.deploy({ ...stack, parameters, variables }));
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

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not '${text}'.`);
  return port;
}

function isString(value: string | undefined): value is string {
  return value !== undefined;
}
