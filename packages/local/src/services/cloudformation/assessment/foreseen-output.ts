// Outputs and exports as far as they are known before anything is made.
import { type Problem, problemsOf, refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { scalarText, type Value } from '@earwitness/protocol/internal/template/value';
import type { Surroundings } from '../../../assessment/assessment.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import { dependsOnOthers } from './examine.ts';
import type { Findings } from './findings.ts';

/** @param looking.taken names of exports that other stacks have, with the names of these */
export function foreseeOutputs(
  blueprint: Blueprint,
  scope: Scope,
  { findings, taken }: { readonly findings: Findings; readonly taken: ReadonlyMap<string, string> },
): Pick<Surroundings, 'outputs' | 'exports'> {
  const outputs: Record<string, string> = {};
  const exports: Record<string, string> = {};
  for (const [key, declared] of Object.entries(blueprint.template.outputs)) {
    const { condition, exportName, line } = declared;
    const text = (value: Value): string | undefined => {
      try {
        const resolved = scalarText(resolveValue(value, scope, line));
        if (resolved !== undefined) return resolved;
        throw refusal('its Value must be a string', line);
      } catch (error) {
        if (!dependsOnOthers(value, blueprint))
          findings.values(problemsOf(error).map((problem) => ofOutput(key, problem)));
        return undefined;
      }
    };
    if (condition !== undefined && !holds(condition, blueprint)) continue;
    const value = text(declared.value) ?? 'value';
    outputs[key] = value;
    const name = exportName === undefined ? undefined : text(exportName);
    if (name === undefined) continue;
    exports[name] = value;
    const owner = taken.get(name);
    if (owner === undefined) continue;
    const message = `Output ${key}: Export with name ${name} is already exported by stack ${owner}.`;
    findings.problems([{ message, line }]);
  }
  return { outputs, exports };
}

function holds(condition: string, { scope }: Blueprint): boolean {
  try {
    return scope.condition(condition);
  } catch (error) {
    // What is wrong with a condition is told once, where the template uses it.
    problemsOf(error);
    return false;
  }
}

function ofOutput(key: string, problem: Problem): Problem {
  return { ...problem, message: `Output ${key} is malformed: ${problem.message}` };
}
