// Operations inside an OpenAPI document of a template: under a path and a method, each of them possibly chosen by a
// condition.
import { asIntrinsic, isList, isMap, type Value, type ValueMap } from '../../value.ts';

export const ANY_METHOD = 'x-amazon-apigateway-any-method';
export const INTEGRATION = 'x-amazon-apigateway-integration';

/** Members of a path that are no methods. */
export const NO_METHODS = ['summary', 'description', 'parameters'];

/** Changes a map, or each map that `Fn::If` chooses from. */
export function mapChoices(value: Value, change: (one: ValueMap) => Value): Value {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Fn::If' && isList(intrinsic.argument)) {
    const [condition = '', ...branches] = intrinsic.argument;
    return { 'Fn::If': [condition, ...branches.map((branch) => mapChoices(branch, change))] };
  }
  return isMap(value) && !intrinsic ? change(value) : value;
}

/** Changes every operation of a document's paths. */
export function mapOperations(paths: ValueMap, change: (operation: ValueMap, method: string) => ValueMap): ValueMap {
  return mapMembers(paths, (item) =>
    mapChoices(item, (methods) =>
      mapMembers(methods, (operation, name) =>
        NO_METHODS.includes(name) ? operation : mapChoices(operation, (one) => change(one, name.toLowerCase())),
      ),
    ),
  );
}

/** Whether an operation, or one of those that a condition chooses from, has an integration. */
export function hasIntegration(operation: Value | undefined): boolean {
  let found = false;
  mapChoices(operation ?? null, (one) => {
    found ||= one[INTEGRATION] !== undefined;
    return one;
  });
  return found;
}

function mapMembers(map: ValueMap, change: (value: Value, name: string) => Value): ValueMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]));
}
