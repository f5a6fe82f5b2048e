// What there is to deploy, from which file and why: what flags or earwitness.config.ts name; else what the folder has,
// in this order: a template (with samconfig.toml), an app of the CDK, a service of the Serverless Framework. Nothing is
// deployed here.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { EarwitnessConfig } from '../../config.ts';
import { loadConfigOf } from '../../config-file.ts';
import { type Line, line } from '../../printing/line.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { announce, announceEnvFile, NOTHING_FOUND } from './announcement.ts';
import { type EnvFile, readEnvFile } from './env-file.ts';
import type { FoundStack } from './found-stack.ts';
import { type PlannedStack, plannedStacks, readStack } from './planned-stack.ts';
import { readSamconfig } from './samconfig.ts';
import { findTemplateFile, ofBuild, stackNameOf } from './template-file.ts';
import { assembledStacks, CDK_JSON, cdkTool } from './tools/cdk.ts';
import { createScratch, type Scratch } from './tools/scratch.ts';
import { findServerlessFile, packagedStack, serverlessTool } from './tools/serverless.ts';
import { runTool } from './tools/tool.ts';

/** Disposing of it removes what was made on disk to deploy it. */
export interface Project extends Disposable {
  readonly config: EarwitnessConfig;
  /** Where the configuration lies; without one, the working directory. */
  readonly folder: string;
  /** In the order in which they are deployed. */
  readonly stacks: readonly PlannedStack[];
  /** The file that a tool of the project made the templates from: `cdk.json`. */
  readonly madeBy?: string;
  readonly envFile: EnvFile | undefined;
}

export interface FindOptions extends Pick<CloudOptions, 'config' | 'template' | 'parameter' | 'deploy'> {
  /** Nothing will be deployed; templates that are named come alone, without the configuration's stacks. */
  readonly checking?: boolean;
  /** Takes what is deployed, and why, as it is found out. */
  readonly say: (...lines: readonly Line[]) => void;
}

/**
 * @param directory absolute; where the command works
 * @throws UsageError, ConfigurationError for flags, files and tools that do not work
 */
export async function findProject(directory: string, options: FindOptions): Promise<Project> {
  const loaded = await loadConfigOf({ ...options, cwd: directory });
  const { config, folder } = loaded ?? { config: {}, folder: directory };
  const isNamed = (options.template ?? []).length > 0;
  const envFile = readEnvFile(folder);
  if (envFile) options.say(...announceEnvFile(envFile, directory));
  const scratch = createScratch();
  const project = { config, folder, envFile, [Symbol.dispose]: scratch.remove };
  if (options.deploy === false) return { ...project, stacks: [] };
  try {
    // A configuration without `stacks` says how to test, and leaves it to the project what there is.
    const { stacks, madeBy } =
      config.stacks !== undefined || isNamed
        ? await namedByFlags(directory, options)
        : await discover(folder, scratch, { ...options, configured: loaded !== undefined });
    const configured = options.checking && isNamed ? {} : (config.stacks ?? {});
    const planned = plannedStacks({ configured, folder, found: stacks, flags: options.parameter ?? [] });
    return { ...project, stacks: planned, ...(madeBy && { madeBy }) };
  } catch (error) {
    scratch.remove();
    throw error;
  }
}

interface Found {
  readonly stacks: readonly FoundStack[];
  readonly madeBy?: string;
}

/** `--template name=file`, or a file alone: its parameters are then those of samconfig.toml beside it. */
async function namedByFlags(directory: string, { template = [] }: FindOptions): Promise<Found> {
  const stacks: FoundStack[] = [];
  for (const text of template) {
    const [, name, path = ''] = /^(?:([A-Za-z][A-Za-z0-9-]*)=)?(.+)$/s.exec(text) ?? [];
    const file = resolve(directory, path);
    stacks.push(name === undefined ? (await samStack(file)).stack : readStack(name, file));
  }
  return { stacks };
}

async function discover(
  folder: string,
  scratch: Scratch,
  { say, checking, configured }: FindOptions & { readonly configured: boolean },
): Promise<Found> {
  const told = { checking, configured };
  const { found, passedOver } = findTemplateFile(folder);
  for (const name of passedOver) say(line`earwitness: ${name} is no template: it has no Resources.`);
  if (found !== undefined) {
    const { stack, samconfig } = await samStack(join(folder, found.path));
    say(...announce([stack], { file: found.path, why: found.why, samconfig, ...told }));
    return { stacks: [stack] };
  }
  const tool = findTool(folder, scratch);
  if (tool === undefined) {
    if (!checking && !configured) say(...NOTHING_FOUND);
    return { stacks: [] };
  }
  say(line`earwitness: ${tool.file} is here; running ${tool.run.name} …`);
  await runTool(tool.run);
  const stacks = await tool.read();
  say(
    ...announce(stacks, {
      file: tool.file,
      why: 'this project has no template of its own',
      samconfig: false,
      ...told,
    }),
  );
  return { stacks, madeBy: tool.file };
}

function findTool(folder: string, scratch: Scratch) {
  if (existsSync(join(folder, CDK_JSON))) {
    const output = join(scratch.folder, 'cdk.out');
    return { file: CDK_JSON, run: cdkTool(folder, output), read: () => assembledStacks(output, scratch) };
  }
  const file = findServerlessFile(folder);
  if (file === undefined) return undefined;
  return { file, run: serverlessTool(folder, file), read: async () => [await packagedStack(folder, scratch)] };
}

/** A template as `sam deploy` would deploy it, by samconfig.toml beside it, which names the stack of template.yaml. */
async function samStack(file: string): Promise<{ readonly stack: FoundStack; readonly samconfig: boolean }> {
  const folder = ofBuild(file) ?? dirname(file);
  const settings = await readSamconfig(folder);
  const named = basename(file, extname(file));
  const name = named === 'template' ? (settings?.stackName ?? stackNameOf(basename(folder))) : stackNameOf(named);
  const stack = readStack(name, file);
  const { parameters, tags } = { ...stack, ...settings };
  return { stack: { ...stack, parameters, tags }, samconfig: settings !== undefined };
}
