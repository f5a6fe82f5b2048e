// Conditions and rules of a template: evaluated from parameters and mappings alone, before any resource exists.

import type { Template } from '../declaration.ts';
import { type Problem, refusal, refuse } from '../problem.ts';
import { type Scope, truth } from '../resolve.ts';
import { asIntrinsic, isList, isMap, plainText, scalarText, type Value } from '../value.ts';

type Names = Pick<Scope, 'parameters' | 'region'>;

/**
 * The scope in which conditions and rules are evaluated: they know no resources. Conditions are evaluated once, when
 * first needed.
 */
export function conditionScope(template: Template, names: Names): Scope {
  const known = new Map<string, boolean>();
  const notHere = (name: string): never => {
    throw refusal(
      `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
    );
  };
  const scope: Scope = {
    ...names,
    source: template.source,
    mappings: template.mappings,
    condition(name) {
      for (const needed of known.has(name) ? [] : conditionsInOrder(template, name)) {
        if (known.has(needed)) continue;
        const line = template.source.lineOf(template.conditions, needed);
        const value = declared(template, needed);
        known.set(needed, value !== undefined && truth(value, { scope, line }));
      }
      return known.get(name) ?? false;
    },
    reference: () => undefined,
    attribute: notHere,
    imported: notHere,
  };
  return scope;
}

/** Of an unknown one the check of the template has said so: it does not hold, so that the rest is looked at. */
function declared({ conditions }: Template, name: string): Value | undefined {
  return Object.hasOwn(conditions, name) ? conditions[name] : undefined;
}

/**
 * A condition and those that it refers to, each behind those that it refers to itself. Evaluated in this order, no
 * chain of conditions, however long, goes deeper into JavaScript's stack than the functions of one condition do.
 */
function conditionsInOrder(template: Template, name: string): string[] {
  const order: string[] = [];
  const states = new Map<string, 'underWay' | 'done'>();
  const pending = [name];
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    const state = states.get(top);
    if (state === undefined) {
      states.set(top, 'underWay');
      for (const needed of conditionsIn(declared(template, top) ?? null)) {
        if (states.get(needed) === 'underWay') {
          const line = template.source.lineOf(template.conditions, needed);
          throw refusal(`Template error: Circular dependency of condition ${needed} on itself`, line);
        }
        if (!states.has(needed)) pending.push(needed);
      }
      continue;
    }
    pending.pop();
    if (state === 'done') continue;
    states.set(top, 'done');
    order.push(top);
  }
  return order;
}

/** Names of the conditions that a value refers to. */
function conditionsIn(value: Value): Set<string> {
  const names = new Set<string>();
  const walk = (inner: Value): void => {
    const intrinsic = asIntrinsic(inner);
    if (intrinsic?.name === 'Condition') names.add(plainText(intrinsic.argument));
    if (intrinsic?.name === 'Fn::If' && isList(intrinsic.argument)) names.add(plainText(intrinsic.argument[0]));
    if (isMap(inner) || isList(inner)) for (const member of Object.values(inner)) walk(member);
  };
  walk(value);
  return names;
}

/**
 * Holds the parameters against the template's Rules section.
 * @throws ServiceError `ValidationError` with every failed assertion.
 */
export function checkRules(template: Template, scope: Scope): void {
  const problems: Problem[] = [];
  for (const [name, rule] of Object.entries(template.rules)) {
    if (!isMap(rule)) continue;
    const { RuleCondition: when, Assertions: assertions } = rule;
    if (when !== undefined && !truth(when, { scope, line: template.source.lineOf(rule, 'RuleCondition') })) continue;
    for (const assertion of isList(assertions) ? assertions : []) {
      if (isMap(assertion)) problems.push(...failed(name, assertion, { scope, template }));
    }
  }
  refuse(problems);
}

function failed(
  rule: string,
  assertion: Readonly<Record<string, Value>>,
  { scope, template }: { readonly scope: Scope; readonly template: Template },
): Problem[] {
  const line = template.source.lineOf(assertion);
  const claim = assertion['Assert'];
  if (claim !== undefined && truth(claim, { scope, line })) return [];
  const description = scalarText(assertion['AssertDescription']) ?? 'the assertion is not true';
  return [{ message: `Template validation error: Rule ${rule} failed: ${description}`, line }];
}
