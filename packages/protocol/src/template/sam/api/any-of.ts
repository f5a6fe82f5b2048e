// Conditions of what several functions share. Source: aws-sam-translator 1.110, `make_combined_condition`.
import type { ValueMap } from '../../value.ts';

/** Fn::Or takes no more. */
const OR_MAX = 10;

/** The conditions under which one of `names` holds: more than ten are joined step by step, the last as `name`. */
export function anyOf(names: readonly string[], name: string): Record<string, ValueMap> {
  const made: Record<string, ValueMap> = {};
  let left = names.toSorted();
  while (left.length > OR_MAX) {
    const joined = `${name}${Math.ceil((left.length - OR_MAX) / (OR_MAX - 1))}`;
    made[joined] = { 'Fn::Or': left.slice(0, OR_MAX).map((one) => ({ Condition: one })) };
    left = [...left.slice(OR_MAX), joined];
  }
  made[name] = { 'Fn::Or': left.map((one) => ({ Condition: one })) };
  return made;
}
