// What CloudFormation's own schemas say of values: which ones a property takes, and what an object in a property has to
// have. CloudFormation holds a resource to them before its service is asked.
// Source of the sentences: aws-samples/aws-bookstore-demo-app issue 56 (enum); the one of a missing member is that of a
// missing property (blueprint/resource-check.ts).
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { PropertyPath, Refused } from './finding.ts';
import { meantValue } from './meant-value.ts';
import { isRecord } from './properties.ts';
import type { Properties } from './resource.ts';

/** What holds at the end of a path: `Targets[].Arn!`, `State=DISABLED,ENABLED`. */
interface Rule {
  /** `''` leads to every item of a list, and every member of a map. */
  readonly steps: readonly string[];
  /** The values; absent: the last step has to be there. */
  readonly values?: readonly string[];
}

/** What is refused: a value, or an object for a member that it has not. */
export interface ValueFault extends Refused {
  readonly about: 'value' | 'member';
}

/** By property: what is not there needs no look. */
type Rules = ReadonlyMap<string, readonly Rule[]>;

const read = new Map<string, Rules>();

/** What the schema of a type refuses, each with its sentence and what was probably meant. */
export async function valueFaults(type: string, properties: Properties): Promise<ValueFault[]> {
  const rules = await rulesOf(type);
  return Object.keys(properties).flatMap((name) =>
    (rules.get(name) ?? []).flatMap((rule) => faultsIn(properties, rule.steps, { rule, path: [] })),
  );
}

/** CloudFormation's sentence of a resource with these faults. */
export function validationSentence(logicalId: string, faults: readonly ValueFault[]): string {
  const all = faults.map(({ message }) => message).join(' ');
  return `Properties validation failed for resource ${logicalId} with message: ${all}`;
}

interface Visit {
  readonly rule: Rule;
  readonly path: PropertyPath;
}

function faultsIn(value: unknown, [step, ...rest]: readonly string[], { rule, path }: Visit): ValueFault[] {
  if (step === undefined) return rule.values ? valueFault(value, rule.values, path) : [];
  if (step === '') {
    if (Array.isArray(value)) return value.flatMap((item, at) => faultsIn(item, rest, { rule, path: [...path, at] }));
    if (!isRecord(value)) return [];
    return Object.entries(value).flatMap(([name, item]) => faultsIn(item, rest, { rule, path: [...path, name] }));
  }
  if (!isRecord(value)) return [];
  if (Object.hasOwn(value, step)) return faultsIn(value[step], rest, { rule, path: [...path, step] });
  return rest.length === 0 && !rule.values ? [missing(step, path, value)] : [];
}

function valueFault(value: unknown, values: readonly string[], path: PropertyPath): ValueFault[] {
  if (typeof value !== 'string' || values.includes(value)) return [];
  return [
    {
      kind: 'refused',
      about: 'value',
      path,
      message: `#/${path.join('/')}: failed validation constraint for keyword [enum]`,
      mend: meantValue(String(path.findLast((step) => typeof step === 'string')), value, values),
    },
  ];
}

function missing(member: string, path: PropertyPath, holder: object): ValueFault {
  const meant = nearest(member, Object.keys(holder));
  const mend = meant === undefined ? `give ${path.join('.')} its ${member}` : `write ${member} in place of ${meant}`;
  const message = `#/${path.join('/')}: required key [${member}] not found`;
  return { kind: 'refused', about: 'member', path, message, mend };
}

async function rulesOf(type: string): Promise<Rules> {
  const known = read.get(type);
  if (known) return known;
  const { VALUE_RULES } = await import('@earwitness/protocol/internal/aws/models/value-rules');
  const start = VALUE_RULES.indexOf(`\n${type}|`) + 1;
  const line = start === 0 ? '' : VALUE_RULES.slice(start + type.length + 1, VALUE_RULES.indexOf('\n', start));
  const rules = new Map<string, Rule[]>();
  for (const text of line === '' ? [] : line.split(' ')) {
    const rule = parseRule(text);
    const [property = ''] = rule.steps;
    rules.set(property, [...(rules.get(property) ?? []), rule]);
  }
  read.set(type, rules);
  return rules;
}

function parseRule(text: string): Rule {
  const [path = '', values] = text.split(/=(.*)/);
  const steps = path
    .replace(/!$/, '')
    .replace(/\[\]|\{\}/g, '.')
    .split('.');
  return { steps, ...(values !== undefined && { values: values.split(',') }) };
}
