// serverless.yml: the project's own Serverless Framework packages the service, and the stack that it would deploy is
// deployed, its functions from the archives that it packed. The bucket for them stands in.
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../../usage-error.ts';
import type { FoundStack } from '../found-stack.ts';
import { readTable, tableOf, textOf } from '../table.ts';
import { withLocalCode } from './local-code.ts';
import type { Scratch } from './scratch.ts';
import { findProgram, nameOf, type Tool } from './tool.ts';

const NAMES = ['yml', 'yaml', 'json', 'ts', 'js', 'mjs', 'cjs'].map((extension) => `serverless.${extension}`);

/** Where the framework writes. Source: serverless package, `--package`, default `.serverless`. */
const PACKAGED = '.serverless';

/** The service's file in a folder. */
export function findServerlessFile(folder: string): string | undefined {
  return NAMES.find((name) => existsSync(join(folder, name)));
}

/** How the service is packaged. @throws UsageError when the project has not installed the framework */
export function serverlessTool(folder: string, file: string): Tool {
  const program = findProgram(folder, ['osls', 'serverless', 'sls']);
  if (program === undefined) {
    const how = existsSync(join(folder, 'node_modules'))
      ? 'npm install --save-dev osls (or serverless)'
      : 'npm install';
    throw new UsageError(
      `${file} is here, but the project's own Serverless Framework is not installed. Install it: ${how}. Or deploy another template: --template file.`,
    );
  }
  return { command: program, args: ['package'], folder, name: `${nameOf(program, folder)} package` };
}

/** The stack of a packaged service. @throws UsageError when it was not packaged for AWS */
export async function packagedStack(folder: string, scratch: Scratch): Promise<FoundStack> {
  const packaged = join(folder, PACKAGED);
  const file = join(packaged, 'cloudformation-template-update-stack.json');
  if (!existsSync(file)) throw new UsageError(`the Serverless Framework wrote no template: there is no ${file}.`);
  const state = readState(join(packaged, 'serverless-state.json'));
  const template = await withLocalCode(file, async (key) => {
    const places = [
      join(packaged, basename(key)),
      ...state.artifacts.filter((path) => basename(path) === basename(key)),
    ];
    const archive = places.map((path) => resolve(folder, path)).find((path) => existsSync(path));
    return archive && scratch.unpack(archive);
  });
  return {
    name: state.stackName,
    template: JSON.stringify(template, undefined, 1),
    directory: folder,
    parameters: {},
    tags: {},
  };
}

/** What `serverless package` notes for `serverless deploy`. */
function readState(file: string): { readonly stackName: string; readonly artifacts: readonly string[] } {
  const state = readTable(file);
  const service = tableOf(state['service']);
  const { stackName, stage } = tableOf(service['provider']);
  const packages = [state, ...Object.values(tableOf(service['functions']))].map((one) =>
    tableOf(tableOf(one)['package']),
  );
  return {
    stackName: textOf(stackName) ?? `${service['service']}-${stage}`,
    artifacts: packages.flatMap(({ artifact }) => textOf(artifact) ?? []),
  };
}
