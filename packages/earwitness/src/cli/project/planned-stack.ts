// Which stacks to deploy, in which order, with which parameters: the configuration file's first, then those that flags
// name or that were found.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { resolveStackParameters, type StackConfig, type StackContext } from '../../config.ts';
import { UsageError } from '../usage-error.ts';
import type { FoundStack } from './found-stack.ts';

export interface PlannedStack {
  readonly name: string;
  /** The template's text. */
  readonly template: string;
  /** Its file, absolute; undefined when a tool of the project wrote it. */
  readonly file?: string;
  readonly directory: string;
  /** Parameters may use the cloud's environment and the outputs of the stacks before. */
  parameters(context: StackContext): Record<string, string>;
  /** Parameters that are left out where the template does not declare them. */
  readonly parametersIfDeclared?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * @param named.configured stacks of the configuration
 * @param named.folder where the templates of the configuration lie
 * @param named.found what is deployed beside the configuration's stacks
 * @param named.flags of `--parameter`
 * @throws UsageError when a flag does not parse or a template cannot be read
 */
export function plannedStacks(named: {
  readonly configured: Readonly<Record<string, StackConfig>>;
  readonly folder: string;
  readonly found: readonly FoundStack[];
  readonly flags: readonly string[];
}): PlannedStack[] {
  const flagged = parseParameters(named.flags);
  const fromConfig = Object.entries(named.configured).map(([name, stack]): PlannedStack => {
    const { template, file, directory } = readStack(name, resolve(named.folder, stack.template));
    return {
      name,
      template,
      file,
      directory,
      parameters: (context) => ({ ...resolveStackParameters(name, stack, context), ...flagged.get(name) }),
      ...(stack.capabilities && { capabilities: stack.capabilities }),
      ...(stack.tags && { tags: stack.tags }),
    };
  });
  const found = named.found.map(({ parameters, ...stack }) => ({
    ...stack,
    parameters: () => flagged.get(stack.name) ?? {},
    parametersIfDeclared: parameters,
  }));
  const planned = [...fromConfig, ...found];
  const unknown = [...flagged.keys()].find((name) => !planned.some((stack) => stack.name === name));
  if (unknown !== undefined) throw new UsageError(`--parameter names the stack '${unknown}', which nothing deploys.`);
  return planned;
}

/** A template as a stack. @throws UsageError when it cannot be read */
export function readStack(name: string, file: string): FoundStack & { readonly file: string } {
  try {
    const template = readFileSync(file, 'utf8');
    return { name, template, file, directory: dirname(file), parameters: {}, tags: {} };
  } catch (error) {
    throw new UsageError(`the template of stack ${name} cannot be read: ${file}`, { cause: error });
  }
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
