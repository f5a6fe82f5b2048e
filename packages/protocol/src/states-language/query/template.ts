// Payload templates: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`, `Credentials` of JSONPath states. At any
// depth, a member whose name ends in `.$` gets what its path or call gives; everything else stays as it is.
//
// Source: Step Functions developer guide, "Manipulate parameters in Step Functions workflows".
import { isArray, isObject, type Json } from '../json.ts';
import { evaluateField } from './field.ts';
import type { Scope } from './scope.ts';
import type { World } from './world.ts';

/** @throws StatesError */
export function fillTemplate(template: Json, scope: Scope, world: World): Json {
  if (isArray(template)) return template.map((item) => fillTemplate(item, scope, world));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), evaluateField(value, scope, { field: name, world })]
        : [name, fillTemplate(value, scope, world)],
    ),
  );
}
