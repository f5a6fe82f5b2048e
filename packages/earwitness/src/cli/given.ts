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

/** An entry of the parameter store that is given as `name`, or as `name:3`, which has three versions. */
interface Entry {
  readonly value: string;
  readonly versions: number;
}

function entriesOf(ssm: Texts): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [given, value] of Object.entries(ssm)) {
    const [, name = given, version = '1'] = /^(.+):(\d+)$/.exec(given) ?? [];
    entries.set(name, { value, versions: Math.max(Number(version), entries.get(name)?.versions ?? 1) });
  }
  return entries;
}

/** Every name that reads an entry of the parameter store, with its version and without, and the value. */
export function storedBy({ ssm }: Pick<Given, 'ssm'>): Texts {
  const names = [...entriesOf(ssm)].flatMap(([name, { value, versions }]) => [
    [name, value],
    ...Array.from({ length: versions }, (_, index) => [`${name}:${index + 1}`, value]),
  ]);
  return Object.fromEntries(names);
}

/** Templates that make it when they are deployed one after the other, as JSON; none when nothing is given. */
export function givenTemplates(given: Given): string[] {
  const versions = [...entriesOf(given.ssm).values()].map((entry) => entry.versions);
  return Array.from({ length: Math.max(1, ...versions) }, (_, index) => givenTemplate(given, index + 1)).flatMap(
    (template) => template ?? [],
  );
}

/** @param version of the entries of the parameter store, as far as they have it */
function givenTemplate({ ssm, secrets, exports, buses }: Given, version: number): string | undefined {
  const parameters = [...entriesOf(ssm)].map(([Name, { value: Value, versions }]) => ({
    Type: 'AWS::SSM::Parameter',
    // A new version needs something that changes.
    Properties: { Name, Type: 'String', Value, Description: `version ${Math.min(version, versions)}` },
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
