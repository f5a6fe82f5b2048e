// Conditions and rules of a template: evaluated from parameters and mappings alone, before any resource exists.
import { type Problem, refusal, refuse } from './problem.ts';
import { type Scope, truth } from './resolve.ts';
import type { Template } from './template.ts';
import { isList, isMap, scalarText, type Value } from './value.ts';

type Names = Pick<Scope, 'parameters' | 'region'>;

/** The scope in which conditions and rules are evaluated: they know no resources. Conditions are evaluated once, when first needed. */
export function conditionScope(template: Template, names: Names): Scope {
  const known = new Map<string, boolean>();
  const underWay = new Set<string>();
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
      const before = known.get(name);
      if (before !== undefined) return before;
      const line = template.source.lineOf(template.conditions, name);
      const declared = Object.hasOwn(template.conditions, name) ? template.conditions[name] : undefined;
      if (declared === undefined) {
        throw refusal(
          `Template format error: Unresolved condition dependency [${name}] in the Resources block of the template`,
        );
      }
      if (underWay.has(name)) throw refusal(`Template error: Circular dependency of condition ${name} on itself`, line);
      underWay.add(name);
      const value = truth(declared, { scope, line });
      known.set(name, value);
      return value;
    },
    reference: () => undefined,
    attribute: notHere,
    imported: notHere,
  };
  return scope;
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
