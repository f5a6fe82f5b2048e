// What an implicit API has from the functions that made it: condition, policies, tags.
import { isMap, scalarText, type ValueMap } from '../../value.ts';
import type { Assembly } from '../assembly.ts';
import { anyOf } from './any-of.ts';
import type { ApiDraft } from './api-draft.ts';

export const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** What several resources share goes as carefully as the most careful of them. */
export function sharedPolicies(resources: readonly ValueMap[]): ValueMap {
  const members = POLICIES.flatMap((name) => {
    const values = resources.flatMap((one) => one[name] ?? []);
    const value = ['Retain', 'Snapshot', 'Delete'].find((policy) => values.includes(policy)) ?? values[0];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
}

/** The tags that the owners of the routes pass on with `PropagateTags`. */
function propagatedTags({ routes }: ApiDraft): ValueMap {
  const passed = routes.flatMap(({ owner: { properties } }) => {
    const tags = properties['Tags'];
    return scalarText(properties['PropagateTags']) === 'true' && isMap(tags) ? [tags] : [];
  });
  return passed.length === 0 ? {} : { Tags: Object.assign({}, ...passed), PropagateTags: true };
}

/** An implicit API is there when one of its functions is: it gets their condition, or one made of all of theirs. */
export function asItsFunctions(draft: ApiDraft, { conditions: added, source }: Assembly): ApiDraft {
  const conditions = [...new Set(draft.routes.map(({ condition }) => condition))];
  const names = conditions.filter((name) => name !== undefined);
  const { serverless } = draft;
  if (!draft.implicit) return draft;
  const [only] = names;
  const own = `${serverless.logicalId}Condition`;
  const isConditional = only !== undefined && names.length === conditions.length;
  if (isConditional && names.length > 1) Object.assign(added, anyOf(names, own));
  const Condition = names.length > 1 ? own : (only ?? '');
  const attributes = {
    ...sharedPolicies(draft.routes.map(({ policies }) => policies)),
    ...(isConditional && { Condition }),
  };
  const declared = source.derive(attributes, serverless.declared);
  const properties = { ...serverless.properties, ...propagatedTags(draft) };
  return { ...draft, serverless: { ...serverless, declared, properties } };
}
