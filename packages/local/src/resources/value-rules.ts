// What CloudFormation's own schemas say of values: which ones a property takes, and what an object in a property has to
// have. CloudFormation holds a resource to them before its service is asked.
// Source of the sentences: aws-samples/aws-bookstore-demo-app issue 56 (enum); the one of a missing member is that of a
// missing property (blueprint/resource-check.ts).
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { PropertyPath, Refused } from './finding.ts';
import { meantValue } from './meant-value.ts';
import { isRecord } from './properties.ts';
import type { Properties } from './resource.ts';

/**
 * What holds at one place of the properties, and further in. The rules `Targets[].Id!` and `State=DISABLED,ENABLED`:
 *
 *   members: Targets → members: '' → required: Id
 *            State   → values: DISABLED, ENABLED
 */
interface Rules {
  /** `''` leads to every item of a list, and every member of a map. */
  readonly members: Map<string, Rules>;
  /** What an object here has to have. */
  readonly required: string[];
  values?: readonly string[];
}

/** What is refused: a value, or an object for a member that it has not. */
export interface ValueFault extends Refused {
  readonly about: 'value' | 'member';
}

/** By type. */
const known = new Map<string, Rules | undefined>();

/** What the schema of a type refuses, each with its sentence and what was probably meant. */
export async function valueFaults(type: string, properties: Properties): Promise<ValueFault[]> {
  if (!known.has(type)) {
    const { VALUE_RULES } = await import('@earwitness/protocol/internal/aws/models/value-rules');
    if (!known.has(type)) known.set(type, findRules(VALUE_RULES, type));
  }
  const rules = known.get(type);
  const faults: ValueFault[] = [];
  if (rules) look(properties, rules, { path: [], faults });
  return faults;
}

/** CloudFormation's sentence of a resource with these faults. */
export function validationSentence(logicalId: string, faults: readonly ValueFault[]): string {
  const all = faults.map(({ message }) => message).join(' ');
  return `Properties validation failed for resource ${logicalId} with message: ${all}`;
}

interface Visit {
  readonly path: PropertyPath;
  readonly faults: ValueFault[];
}

function look(value: unknown, { members, required, values }: Rules, { path, faults }: Visit): void {
  const each = members.get('');
  const isText = typeof value === 'string';
  if (isText && values && !values.includes(value)) faults.push(valueFault(value, values, path));
  else if (Array.isArray(value)) {
    if (each) for (const [at, item] of value.entries()) look(item, each, { path: [...path, at], faults });
  } else if (isRecord(value)) {
    for (const member of required) if (!Object.hasOwn(value, member)) faults.push(missing(member, path, value));
    for (const name of Object.keys(value)) {
      const inner = each ?? members.get(name);
      if (inner) look(value[name], inner, { path: [...path, name], faults });
    }
  }
}

function valueFault(value: string, values: readonly string[], path: PropertyPath): ValueFault {
  const name = String(path.findLast((step) => typeof step === 'string'));
  const message = `#/${path.join('/')}: failed validation constraint for keyword [enum]`;
  return { kind: 'refused', about: 'value', path, message, mend: meantValue(name, value, values) };
}

function missing(member: string, path: PropertyPath, holder: object): ValueFault {
  const meant = nearest(member, Object.keys(holder));
  const mend = meant === undefined ? `give ${path.join('.')} its ${member}` : `write ${member} in place of ${meant}`;
  const message = `#/${path.join('/')}: required key [${member}] not found`;
  return { kind: 'refused', about: 'member', path, message, mend };
}

function findRules(table: string, type: string): Rules | undefined {
  const start = table.indexOf(`\n${type}|`) + 1;
  if (start === 0) return undefined;
  const all: Rules = { members: new Map(), required: [] };
  for (const rule of table.slice(start + type.length + 1, table.indexOf('\n', start)).split(' ')) addRule(all, rule);
  return all;
}

function addRule(all: Rules, rule: string): void {
  const equals = rule.indexOf('=');
  const path = equals === -1 ? rule.slice(0, -1) : rule.slice(0, equals);
  const steps = path.replace(/\[\]|\{\}/g, '.').split('.');
  const required = equals === -1 ? steps.pop() : undefined;
  let at = all;
  for (const step of steps) {
    const next = at.members.get(step) ?? { members: new Map(), required: [] };
    at.members.set(step, next);
    at = next;
  }
  if (required !== undefined) at.required.push(required);
  else at.values = rule.slice(equals + 1).split(',');
}
