// The fields of JSONata states: `Output`, `Arguments`, `Assign`, `Items` … At any depth, a string that is an expression
// becomes what it gives, everything else stays as it is.
import { isArray, isObject, type Json } from '../../json.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import { evaluateExpression } from './evaluate.ts';
import { isExpression } from './expression.ts';

/**
 * @param options `field`: its name, as `Output` or `Choices[1]/Assign`; sentences and `location` go on from there:
 *   `Output/total`, `Output/lines[0]`
 * @throws StatesError `States.QueryEvaluationError`
 */
export async function fillExpressions(
  template: Json,
  scope: Scope,
  options: { field: string; world: World },
): Promise<Json> {
  const { field, world } = options;
  if (typeof template === 'string')
    return isExpression(template) ? evaluateExpression(template, scope, options) : template;
  if (isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await fillExpressions(item, scope, { field: `${field}[${index}]`, world }));
    }
    return items;
  }
  if (!isObject(template)) return template;
  const members: [string, Json][] = [];
  for (const [name, value] of Object.entries(template)) {
    members.push([name, await fillExpressions(value, scope, { field: `${field}/${name}`, world })]);
  }
  return Object.fromEntries(members);
}
