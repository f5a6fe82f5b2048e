// `earwitness init`: a configuration and a first test for what the folder has to deploy, and the commands that come
// next. Runs no tool, deploys nothing, overwrites nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { findConfigFile } from '../../config-file.ts';
import { line } from '../../printing/line.ts';
import { configText, firstTest } from '../project/beginning.ts';
import { findDeployable } from '../project/deployable.ts';
import { findInstalled } from '../project/tools/tool.ts';
import { print, printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface InitOptions {
  readonly cwd?: string;
  readonly json?: boolean;
}

/** @throws UsageError when the folder has nothing to deploy */
export async function init({ cwd = '.', json }: InitOptions): Promise<void> {
  const folder = resolve(cwd);
  const found = findDeployable(folder);
  if (found === undefined)
    throw new UsageError(
      'there is no template.yaml, cdk.json or serverless.yml here. Go to the folder that has one, or name a template: earwitness dev --template file.',
    );
  const config = findConfigFile(folder);
  const test = firstTest(folder);
  const files = [
    config !== undefined && dirname(config) === folder
      ? { file: relative(folder, config), isWritten: false }
      : write(folder, 'earwitness.config.ts', configText(found)),
    write(folder, test.file, test.text),
  ];
  const commands = next(folder, test);
  if (json) {
    const named = (isWritten: boolean) => files.filter((one) => one.isWritten === isWritten).map(({ file }) => file);
    const told = { found: found.file, written: named(true), leftAsItIs: named(false), next: commands };
    return printData(JSON.stringify(told, undefined, 2));
  }
  print(
    line`Found: ${found.file}`,
    ...files.map(({ file, isWritten }) => (isWritten ? line`Written: ${file}` : line`Left as it is: ${file}`)),
    line``,
    line`Next:`,
    ...commands.map((command) => line`  ${command}`),
  );
}

/** Overwrites nothing. */
function write(folder: string, file: string, text: string): { readonly file: string; readonly isWritten: boolean } {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return { file, isWritten: false };
    throw error;
  }
  return { file, isWritten: true };
}

function next(folder: string, test: { readonly packages: readonly string[]; readonly command: string }): string[] {
  const missing = test.packages.filter((name) => findInstalled(folder, [name]) === undefined);
  return [
    ...(missing.length === 0 ? [] : [`npm install --save-dev ${missing.join(' ')}`]),
    'npx earwitness check',
    `npx earwitness exec -- ${test.command}`,
    'npx earwitness dev',
  ];
}
