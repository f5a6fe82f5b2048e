// The type that somebody may have meant, for a type that CloudFormation does not have.
import { similarity } from '../pattern/explanation/closeness.ts';

/** Ours: the share of letters that may be wrong, added or missing. */
const WRONG = 1 / 6;

/** The one of `types` that is most like this type in letters, whatever their case; `undefined` when none is near. */
export function nearestType(type: string, types: Iterable<string>): string | undefined {
  const wanted = type.toLowerCase();
  let nearest: string | undefined;
  // Equal texts have a similarity of 0.9.
  let least = 0.9 * (1 - WRONG);
  for (const candidate of types) {
    // Most candidates are too long or too short, and comparing all 1,828 of them takes 100 ms.
    const longer = Math.max(candidate.length, wanted.length);
    if (Math.abs(candidate.length - wanted.length) > WRONG * longer) continue;
    const score = similarity(candidate.toLowerCase(), wanted);
    if (score < least) continue;
    nearest = candidate;
    least = score;
  }
  return nearest;
}
