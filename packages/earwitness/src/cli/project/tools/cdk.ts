// cdk.json: the project's own CDK synthesises the app, and every stack of the cloud assembly is deployed.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../usage-error.ts';
import type { FoundStack } from '../found-stack.ts';
import { readTable, type Table, tableOf, textOf } from '../table.ts';
import { type AssembledStack, readAssembly } from './assembly.ts';
import { withLocalCode } from './local-code.ts';
import type { Scratch } from './scratch.ts';
import { findInstalled, findProgram, nameOf, type Tool } from './tool.ts';

export const CDK_JSON = 'cdk.json';

/**
 * How the app is synthesised into `output`: by the project's CLI, else by the app's own command, as the CLI runs it.
 * Assets stay where they are (`--no-staging`), so that code that is edited there runs at the next call; nothing is
 * looked up in a real cloud.
 * @throws UsageError when the project has neither
 */
export function cdkTool(folder: string, output: string): Tool {
  const cli = findProgram(folder, ['cdk']);
  if (cli !== undefined) {
    const args = ['synth', '--quiet', '--no-staging', '--no-lookups', '--no-version-reporting', '--output', output];
    return { command: cli, args, folder, name: `${nameOf(cli, folder)} synth` };
  }
  const settings = readTable(join(folder, CDK_JSON));
  const app = textOf(settings['app']);
  // An app in Python or Java has its CDK elsewhere, and says itself when it is missing.
  const isOfNode = existsSync(join(folder, 'package.json'));
  if (app === undefined || (isOfNode && findInstalled(folder, ['aws-cdk-lib']) === undefined))
    throw notInstalled(folder);
  const found = join(folder, 'cdk.context.json');
  const CDK_CONTEXT_JSON = JSON.stringify({
    ...tableOf(settings['context']),
    ...(existsSync(found) && readTable(found)),
    // As the CLI sets them for `--no-staging` and `--no-version-reporting`.
    'aws:cdk:disable-asset-staging': true,
    'aws:cdk:disable-version-reporting': true,
  });
  return { command: app, folder, variables: { CDK_OUTDIR: output, CDK_CONTEXT_JSON }, name: app };
}

/** The stacks of an assembly, their functions with code of this machine. */
export async function assembledStacks(output: string, scratch: Scratch): Promise<FoundStack[]> {
  const stacks: FoundStack[] = [];
  for (const stack of readAssembly(output)) stacks.push(await foundStack(stack, scratch));
  return stacks;
}

async function foundStack(stack: AssembledStack, scratch: Scratch): Promise<FoundStack> {
  const template = await withLocalCode(stack.templateFile, async (key) => {
    const path = stack.assets.get(key);
    if (path === undefined || !existsSync(path)) return undefined;
    return statSync(path).isDirectory() ? path : scratch.unpack(path);
  });
  return {
    name: stack.name,
    template: JSON.stringify(withoutBootstrap(template), undefined, 1),
    directory: scratch.folder,
    parameters: stack.parameters,
    tags: stack.tags,
  };
}

/** Without the check that the account was bootstrapped for the CDK: here is nothing to bootstrap. */
function withoutBootstrap(template: Table): Table {
  const { BootstrapVersion: _, ...Parameters } = tableOf(template['Parameters']);
  const { CheckBootstrapVersion: __, ...Rules } = tableOf(template['Rules']);
  return { ...template, Parameters, Rules };
}

function notInstalled(folder: string): UsageError {
  const how = existsSync(join(folder, 'node_modules')) ? 'npm install --save-dev aws-cdk' : 'npm install';
  return new UsageError(
    `cdk.json is here, but the project's own CDK is not installed. Install it: ${how}. Or deploy another template: --template file.`,
  );
}
