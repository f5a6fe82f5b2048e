// Which stacks to deploy, in which order, with which parameters: the configuration file's first, then those of the
// flags.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type EarwitnessConfig, resolveStackParameters, type StackConfig, type StackContext } from '../config.ts';
import type { CloudOptions } from './cloud-options.ts';
import { UsageError } from './usage-error.ts';

export interface PlannedStack {
  readonly name: string;
  readonly template: string;
  readonly directory: string;
  /** Parameters may use the cloud's environment and the outputs of the stacks before. */
  parameters(context: StackContext): Record<string, string>;
  readonly capabilities?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * @param directories where the templates of the configuration and those of the flags lie
 * @throws UsageError when a flag does not parse or a template cannot be read
 */
export function plannedStacks(
  directories: { readonly config: string; readonly flags: string },
  config: EarwitnessConfig,
  options: CloudOptions,
): PlannedStack[] {
  const flagged = parseParameters(options.parameter ?? []);
  const fromConfig = Object.entries(config.stacks ?? {}).map(([name, stack]) => ({
    name,
    stack,
    directory: directories.config,
  }));
  const fromFlags = (options.template ?? []).map((text) => {
    const [, name, template] = /^([A-Za-z][A-Za-z0-9-]*)=(.+)$/.exec(text) ?? [];
    if (!name || !template) throw new UsageError(`--template takes name=file, not '${text}'.`);
    const stack: StackConfig = { template };
    return { name, stack, directory: directories.flags };
  });
  const unknown = [...flagged.keys()].find(
    (name) => ![...fromConfig, ...fromFlags].some((planned) => planned.name === name),
  );
  if (unknown !== undefined) throw new UsageError(`--parameter names the stack '${unknown}', which nothing deploys.`);
  return [...fromConfig, ...fromFlags].map(({ name, stack, directory }) => {
    const file = resolve(directory, stack.template);
    return {
      name,
      template: readTemplate(name, file),
      directory: dirname(file),
      parameters: (context) => ({ ...resolveStackParameters(name, stack, context), ...flagged.get(name) }),
      ...(stack.capabilities && { capabilities: stack.capabilities }),
      ...(stack.tags && { tags: stack.tags }),
    };
  });
}

function parseParameters(flags: readonly string[]): Map<string, Record<string, string>> {
  const byStack = new Map<string, Record<string, string>>();
  for (const text of flags) {
    const [, stack, name, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? [];
    if (!stack || !name || value === undefined)
      throw new UsageError(`--parameter takes stack.Name=value, not '${text}'.`);
    byStack.set(stack, { ...byStack.get(stack), [name]: value });
  }
  return byStack;
}

function readTemplate(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the template of stack ${name} cannot be read: ${file}`, { cause: error });
  }
}
