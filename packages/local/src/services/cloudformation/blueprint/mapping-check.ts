// Lookups in `Mappings` that find nothing. They depend on parameters alone, and so are known before anything is made.
import type { ResourceDeclaration, Template } from '@earwitness/protocol/internal/template/declaration';
import { collect, type Problem } from '@earwitness/protocol/internal/template/problem';
import { chooseBranches, resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { asIntrinsic, isList, isMap, type Value } from '@earwitness/protocol/internal/template/value';

/**
 * Of resources that are made and outputs that are shown. Source: recorded on AWS, LocalStack
 * cloudformation engine/test_mappings: the call is refused.
 */
export function absentMappings(
  template: Template,
  chosen: Readonly<Record<string, ResourceDeclaration>>,
  scope: Scope,
): Problem[] {
  const shown = Object.values(template.outputs)
    .filter(({ condition }) => condition === undefined || scope.condition(condition))
    .map(({ value, line }) => ({ value: chooseBranches(value, scope), line }));
  const made = Object.values(chosen).map(({ properties, line }) => ({ value: properties, line }));
  return [...made, ...shown].flatMap(({ value, line }) =>
    lookupsIn(value).flatMap((lookup) => problemsOfLookup(lookup, scope, line)),
  );
}

function lookupsIn(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  if (asIntrinsic(value)?.name === 'Fn::FindInMap') return [value];
  if (isList(value)) return value.flatMap(lookupsIn);
  return isMap(value) ? Object.values(value).flatMap(lookupsIn) : [];
}

/** None of a lookup that needs what is not known yet. */
function problemsOfLookup(lookup: Value, scope: Scope, line: number | undefined): readonly Problem[] {
  let isKnown = true;
  const unknown = () => {
    isKnown = false;
    return '';
  };
  const problems: Problem[] = [];
  collect(
    problems,
    () => resolveValue(lookup, { ...scope, reference: unknown, attribute: unknown, imported: unknown }, line),
    undefined,
  );
  return isKnown ? problems : [];
}
