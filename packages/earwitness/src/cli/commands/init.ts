// `earwitness init`: a configuration and a first test for what the folder has to deploy, and the commands that come
// next. Runs no tool, deploys nothing, overwrites nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { findConfigFile } from '../../config-file.ts';
import { type Line, line } from '../../printing/line.ts';
import { configText, firstTest } from '../project/beginning.ts';
import { findDeployable } from '../project/deployable.ts';
import { findInstalled } from '../project/tools/tool.ts';
import { print } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError when the folder has nothing to deploy */
export async function init(options: { readonly cwd?: string }): Promise<void> {
  const folder = resolve(options.cwd ?? '.');
  const found = findDeployable(folder);
  if (found === undefined)
    throw new UsageError(
      'there is no template.yaml, cdk.json or serverless.yml here. Go to the folder that has one, or name a template: earwitness dev --template file.',
    );
  const config = findConfigFile(folder);
  const test = firstTest(folder);
  print(
    line`Found: ${found.file}`,
    config !== undefined && dirname(config) === folder
      ? leftAlone(relative(folder, config))
      : write(folder, 'earwitness.config.ts', configText(found)),
    write(folder, test.file, test.text),
    line``,
    line`Next:`,
    ...next(folder, test).map((command) => line`  ${command}`),
  );
}

function write(folder: string, file: string, text: string): Line {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return leftAlone(file);
    throw error;
  }
  return line`Written: ${file}`;
}

function leftAlone(file: string): Line {
  return line`Left as it is: ${file}`;
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
