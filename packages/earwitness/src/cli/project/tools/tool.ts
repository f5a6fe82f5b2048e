// Runs a project's own tool (the CDK, the Serverless Framework), which writes the template. It gets no credentials of a
// real cloud: what it would look up there, it is told that there is none.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { indent, line, linesOf } from '../../../printing/line.ts';
import { withoutPaint } from '../../../printing/paint.ts';
import { misleadingNames } from '../../misleading.ts';
import { UsageError } from '../../usage-error.ts';

/** How much of what a failing tool printed is shown, lines. Ours. */
const SHOWN_LINES = 40;

export interface Tool {
  /** As a person of that folder would type it. */
  readonly name: string;
  /** Absolute path of a program, or a line for the shell. */
  readonly command: string;
  /** Undefined: `command` is a line for the shell. */
  readonly args?: readonly string[];
  readonly folder: string;
  readonly variables?: NodeJS.ProcessEnv;
}

/** What the first of these names is in `node_modules`, of the folder or of one above it, as Node looks for it. */
export function findInstalled(folder: string, names: readonly string[]): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = names.map((name) => join(at, 'node_modules', name)).find((path) => existsSync(path));
    if (found !== undefined || at === dirname(at)) return found;
  }
}

/** A program that the project has installed. */
export function findProgram(folder: string, names: readonly string[]): string | undefined {
  return findInstalled(
    folder,
    names.map((name) => join('.bin', name)),
  );
}

/** A program as a person of that folder would name it. */
export function nameOf(program: string, folder: string): string {
  return relative(folder, program);
}

/** @throws UsageError with what the tool printed, when it cannot be run or ends with another code than 0 */
export async function runTool({ name, command, args, folder, variables }: Tool): Promise<void> {
  const env = { ...withoutCredentials({ ...process.env, ...variables }), PATH: pathOf(folder) };
  const child = spawn(command, args ?? [], {
    cwd: folder,
    env,
    shell: args === undefined,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  }
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 1));
  });
  if (code === 0) return;
  const details = indent(linesOf(withoutPaint(printed.trimEnd())).slice(-SHOWN_LINES));
  throw new UsageError(`'${name}' ended with ${code}. It printed:`, { details: [...details, ...WITHOUT_AWS] });
}

/** What a tool of such a project says itself, to set up credentials, would not help. */
const WITHOUT_AWS = [
  line`Tools run without credentials of a cloud: what one looks up in AWS is not there.`,
  line`With the environment of 'earwitness dev --no-deploy' it finds the local cloud: docs/guide/deploy-tools.md`,
];

/** An environment from which no AWS client finds credentials, whatever files and roles this machine has. */
function withoutCredentials(host: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const secret = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_\w+)$/;
  const misleading = new Set(misleadingNames(host));
  const kept = Object.entries(host).filter(([name]) => !misleading.has(name) && !secret.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function pathOf(folder: string): string {
  return [join(folder, 'node_modules', '.bin'), process.env['PATH']].filter(Boolean).join(delimiter);
}
