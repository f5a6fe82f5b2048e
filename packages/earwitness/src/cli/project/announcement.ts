// What is said before anything is deployed that nobody named: what, from which file, under which name, with which
// parameters, and why it was chosen.
import { relative } from 'node:path';
import { type Line, line } from '../../printing/line.ts';
import type { EnvFile } from './env-file.ts';
import type { FoundStack } from './found-stack.ts';
import { SAMCONFIG } from './samconfig.ts';

export interface Choice {
  /** From the working directory. */
  readonly file: string;
  /** To follow a comma. */
  readonly why: string;
  /** The name and the parameters come from samconfig.toml. */
  readonly samconfig: boolean;
  /** There is a configuration, which names no stacks. */
  readonly configured: boolean;
  /** Nothing will be deployed. */
  readonly checking: boolean | undefined;
}

/** Stacks that were found. */
export function announce(
  stacks: readonly FoundStack[],
  { file, why, samconfig, configured, checking }: Choice,
): Line[] {
  const begin = configured ? 'the configuration names no stacks' : 'no earwitness.config.ts';
  const names = stacks.map(({ name }) => name).join(', ');
  const parameters = stacks.flatMap((stack) => parameterLines(stack.parameters));
  return [
    line`earwitness: ${checking ? 'checking' : 'deploying'} ${file} as stack${stacks.length === 1 ? '' : 's'} ${names || '(none)'}`,
    line`  why: ${begin}, and ${why}`,
    ...(samconfig ? [line`  name and parameters: ${SAMCONFIG}`] : []),
    ...parameters.map((one) => line`    ${one}`),
    ...(checking || configured
      ? []
      : [line`  --no-deploy leaves the cloud empty; earwitness init writes a configuration`]),
  ];
}

/** What a name says that nobody should read over a shoulder. */
const SECRET = /secret|passw|token|key|credential|auth|private|pin$/i;

function parameterLines(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).map(([name, value]) => `${name} = ${SECRET.test(name) ? '(hidden)' : value}`);
}

export function announceEnvFile({ path, leftOut }: EnvFile, directory: string): Line[] {
  const name = relative(directory, path);
  return [
    line`earwitness: reading ${name}: for parameters without a value, and for commands`,
    ...(leftOut.length === 0
      ? []
      : [line`  not taken from it, because the local cloud has its own: ${leftOut.join(', ')}`]),
  ];
}

/** Neither a template nor anything that makes one. */
export const NOTHING_FOUND: readonly Line[] = [
  line`earwitness: the cloud is empty: this folder has no earwitness.config.ts, no`,
  line`  template.yaml, cdk.json or serverless.yml. To begin: --template file, or`,
  line`  earwitness init in the folder of your project`,
];
