// What was found out about a template, gathered in the groups of an assessment.
import type { Missing, Problem } from '@earwitness/protocol/internal/template/problem';
import type { Assessment, StandsIn, ToGive, Wrong } from '../../../assessment/assessment.ts';
import { NOT_SERVED } from '../../../assessment/page.ts';
import { giveMissing } from './outside.ts';

export interface Findings {
  /** Of a template: what it is missing has to be given, the rest is wrong. */
  problems(found: readonly Problem[]): void;
  /** Of values: what stands where something is wrong already says nothing new. */
  values(found: readonly Problem[]): void;
  wrong(found: readonly Wrong[]): void;
  /** What is taken, and probably not meant. */
  doubtful(found: readonly Wrong[]): void;
  standsIn(found: StandsIn): void;
  missing(found: Missing): void;
  /** A package that `resource`'s code imports. */
  package(found: { readonly name: string; readonly command: string; readonly resource: string }): void;
  /** A file that the template takes in. */
  file(path: string): void;
  /** The groups, each in the order of the template, nothing twice. */
  told(): Pick<Assessment, 'wrong' | 'doubtful' | 'standsIn' | 'toGive' | 'files'>;
}

export function createFindings(stackName: string): Findings {
  const wrong = new Map<string, Wrong>();
  const doubtful = new Map<string, Wrong>();
  const standsIn = new Map<string, StandsIn>();
  const toGive = new Map<string, ToGive>();
  const files = new Set<string>();
  const addTo = (group: Map<string, Wrong>, found: Wrong) => {
    const key = [found.line, found.resource, found.message].join('\n');
    if (!group.has(key)) group.set(key, found);
  };
  const addWrong = (found: Wrong) => addTo(wrong, found);
  const addMissing = (found: Missing) => {
    const key = `${found.kind} ${found.name}`;
    if (!toGive.has(key)) toGive.set(key, giveMissing(found, stackName));
  };
  const problems = (found: readonly Problem[]) => {
    for (const problem of found) {
      for (const missing of problem.missing ?? []) addMissing(missing);
      if (problem.parts) problems(problem.parts);
      else if (!problem.missing) addWrong(wrongOf(problem));
    }
  };
  return {
    problems,
    values(found) {
      const lines = new Set([...wrong.values()].map(({ line }) => line));
      problems(found.filter(({ line }) => line === undefined || !lines.has(line)));
    },
    wrong: (found) => found.forEach(addWrong),
    doubtful: (found) => found.forEach((one) => void addTo(doubtful, one)),
    standsIn(found) {
      const key = [found.resource, found.property, found.why].join('\n');
      if (!standsIn.has(key)) standsIn.set(key, found);
    },
    missing: addMissing,
    package({ name, command, resource }) {
      const known = toGive.get(`package ${command}`);
      const resources = [...new Set([...(known?.resources ?? []), resource])];
      toGive.set(`package ${command}`, { kind: 'package', name, resources, give: command });
    },
    file: (path) => void files.add(path),
    told: () => ({
      files: [...files],
      wrong: [...wrong.values()].toSorted(byLine),
      doubtful: [...doubtful.values()].toSorted(byLine),
      standsIn: [...standsIn.values()].toSorted(byLine),
      toGive: [...toGive.values()].toSorted(byLine),
    }),
  };
}

function wrongOf({ message, line, mend, unserved }: Problem): Wrong {
  const at = line === undefined ? {} : { line };
  if (!unserved) return { message, ...at, ...(mend !== undefined && { mend }) };
  const { logicalId, type } = unserved;
  return { message: NOT_SERVED, ...at, resource: logicalId, type };
}

/** What has no line stands behind what has one. */
function byLine(a: { readonly line?: number }, b: { readonly line?: number }): number {
  return (a.line ?? Infinity) - (b.line ?? Infinity) || 0;
}
