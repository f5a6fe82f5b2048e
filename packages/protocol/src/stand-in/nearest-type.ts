// The type that somebody may have meant, for a type that CloudFormation does not have.
import { similarity } from '../pattern/explanation/closeness.ts';

/** Ours: one wrong letter in six, of 0.9 for equal texts. */
const NEAR = 0.75;

/** The one of `types` that is most like this type in letters, whatever their case; `undefined` when none is near. */
export function nearestType(type: string, types: Iterable<string>): string | undefined {
  let nearest: { readonly type: string; readonly score: number } | undefined;
  for (const candidate of types) {
    const score = similarity(candidate.toLowerCase(), type.toLowerCase());
    if (score >= (nearest?.score ?? NEAR)) nearest = { type: candidate, score };
  }
  return nearest?.type;
}
