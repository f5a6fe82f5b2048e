// What templates need from outside and nothing here makes: entries of the parameter store, secrets, event buses,
// exports of other stacks. Given by the configuration and by flags, they are made by a stack of their own before any
// other.
import type { EarwitnessConfig } from '../config.ts';
import type { CloudOptions } from './cloud-options.ts';
import { UsageError } from './usage-error.ts';

type Texts = Readonly<Record<string, string>>;

/** By name. */
export interface Given {
  readonly ssm: Texts;
  readonly secrets: Texts;
  readonly exports: Texts;
  readonly buses: readonly string[];
}

/** The stack that makes what is given. */
export const GIVEN_STACK = 'earwitness-given';

/** @throws UsageError when a flag does not parse */
export function givenBy(config: EarwitnessConfig, options: CloudOptions): Given {
  const { ssm, secrets, exports, buses = [] } = config.given ?? {};
  return {
    ssm: { ...ssm, ...parseFlags('--ssm', options.ssm) },
    secrets: { ...secrets, ...parseFlags('--secret', options.secret) },
    exports: { ...exports, ...parseFlags('--export', options.export) },
    buses: [...new Set([...buses, ...(options.bus ?? [])])],
  };
}

function parseFlags(flag: string, texts: readonly string[] = []): Texts {
  const entries = texts.map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`${flag} takes name=value, not '${text}'.`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** A template that makes it, as JSON; `undefined` when nothing is given. */
export function givenTemplate({ ssm, secrets, exports, buses }: Given): string | undefined {
  const parameters = Object.entries(ssm).map(([Name, Value]) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name, Type: 'String', Value },
  }));
  const kept = Object.entries(secrets).map(([Name, SecretString]) => ({
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name, SecretString },
  }));
  const outputs = Object.entries(exports).map(([Name, Value]) => ({ Value, Export: { Name } }));
  const made = buses.map((Name) => ({ Type: 'AWS::Events::EventBus', Properties: { Name } }));
  const resources = [...parameters, ...kept, ...made];
  if (resources.length + outputs.length === 0) return undefined;
  return JSON.stringify({
    // A template has to have a resource: this one stands for nothing.
    Resources: { Given: { Type: 'AWS::CDK::Metadata' }, ...numbered('Given', resources) },
    Outputs: numbered('Given', outputs),
  });
}

function numbered<Item>(name: string, items: readonly Item[]): Record<string, Item> {
  return Object.fromEntries(items.map((item, index) => [`${name}${index + 1}`, item]));
}
