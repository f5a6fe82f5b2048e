// Conditions of the paths that SAM makes: a path is there when one of its functions is.
import { isMap, type ValueMap } from '../../value.ts';
import type { Assembly } from '../assembly.ts';
import { anyOf } from './any-of.ts';
import { conditional } from './api.ts';
import type { ApiDraft } from './api-draft.ts';

/** Puts each path whose routes all have a condition under it, or under one made of all of them. */
export function withPathConditions(paths: ValueMap, draft: ApiDraft, { conditions }: Assembly): ValueMap {
  const items = Object.entries(paths).map(([path, item]) => {
    const own = [...new Set(draft.routes.filter((route) => route.path === path).map(({ condition }) => condition))];
    const names = own.filter((name) => name !== undefined);
    if (!isMap(item) || names.length === 0 || names.length < own.length) return [path, item] as const;
    if (names.length === 1) return [path, conditional(item, names[0])] as const;
    const shown = path.replaceAll('/', 'SLASH').replaceAll('{', 'OB').replaceAll('}', 'CB');
    const name = `${draft.serverless.logicalId}${shown}PathCondition`;
    Object.assign(conditions, anyOf(names, name));
    return [path, conditional(item, name)] as const;
  });
  return Object.fromEntries(items);
}
