// What stands under a fact that is bad news, for whoever has to mend it: where it was thrown, what the function wrote
// last, what the caller got.
import type { Fact } from './fact.ts';

/** Ours: frames of a stack and lines of output that are shown. */
const FRAMES = 4;
const OUTPUT_LINES = 5;

/** @param beside facts of the same journey, with the output of its functions */
export function detailsOf(fact: Fact, beside: readonly Fact[]): string[] {
  switch (fact.kind) {
    case 'request.answered':
      return fact.body === undefined ? [] : fact.body.split('\n');
    case 'batch.returned':
      return outputOf(fact.invocationId, beside);
    case 'function.finished': {
      if (fact.outcome === 'returned') return [];
      return [...ownFrames(fact.error?.stack ?? []), ...outputOf(fact.invocationId, beside)];
    }
    default:
      return [];
  }
}

/** Frames of the user's own files; those of packages when there are no others. */
function ownFrames(stack: readonly string[]): readonly string[] {
  const own = stack.filter((frame) => !/node_modules|\bnode:|<anonymous>\)?$/.test(frame));
  return (own.length > 0 ? own : stack).slice(0, FRAMES);
}

function outputOf(invocationId: string, facts: readonly Fact[]): string[] {
  const lines = facts.flatMap((fact) =>
    fact.kind === 'function.log' && fact.invocationId === invocationId ? fact.line.split('\n') : [],
  );
  return lines.length === 0 ? [] : ['last output:', ...lines.slice(-OUTPUT_LINES).map((line) => `  ${line}`)];
}
