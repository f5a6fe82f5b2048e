// What to do about a resource type that is not made here: it is misspelt, or nothing may stand in for it.
import { loadResourceTypes } from '@earwitness/protocol/internal/aws/resource-schema';
import { nearestType } from '@earwitness/protocol/internal/stand-in/nearest-type';
import type { Wrong } from '../../../assessment/assessment.ts';
import { NOT_SERVED } from '../../../assessment/page.ts';
import { inflate } from '../../../resources/inflate.ts';

/** The same, where each such type has its mend. */
export async function withMeantTypes(wrong: readonly Wrong[]): Promise<readonly Wrong[]> {
  if (!wrong.some(({ message }) => message === NOT_SERVED)) return wrong;
  const types = await loadResourceTypes(inflate);
  return wrong.map((one) => {
    if (one.message !== NOT_SERVED || one.type === undefined) return one;
    if (types.includes(one.type)) return { ...one, mend: `let it stand in: unserved: { '${one.type}': 'stand-in' }` };
    const meant = nearestType(one.type, types);
    return meant === undefined ? one : { ...one, mend: `did you mean ${meant}?` };
  });
}
