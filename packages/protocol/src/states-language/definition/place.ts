// Where the check of a definition is, what holds there, and what it has found so far.
import { nearest } from '../../text/nearest.ts';
import type { Json } from '../json.ts';
import type { QueryLanguage } from './definition.ts';
import type { Problem } from './problem.ts';
import type { Source, Step } from './source.ts';

export interface Place {
  readonly findings: Findings;
  /** What it is a member of; `undefined`: it is the machine. */
  readonly parent?: Place;
  readonly step?: Step;
  readonly holder?: Json;
  /** The line, where no member has it. */
  readonly line?: number;
  /** It is the machine's, and told without a place. */
  readonly isNowhere?: true;
  /** The state's. */
  readonly language: QueryLanguage;
  /** Which of `$states.result` and `$states.errorOutput` an expression here can see. */
  readonly sees?: 'result' | 'errorOutput';
}

/** What comes of one definition. */
export interface Findings {
  readonly source: Source;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The machine's: states that say nothing have it, however deep they stand. */
  readonly language: QueryLanguage;
  /** Whether the service has what a Resource names. */
  readonly isServed: (resource: string) => boolean;
  /** Whether where states lead to is left out. */
  readonly isPart: boolean;
  readonly problems: Problem[];
  /** JSONata that has been passed: its syntax is looked at by `check.ts`. */
  readonly expressions: Expression[];
  /** Names that must be unique in the whole machine. */
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
}

export interface Expression {
  readonly text: string;
  readonly at: Place;
}

/** Ours: nobody reads more. Source of the number: ValidateStateMachineDefinition answers 100 diagnostics at most. */
const PROBLEMS_MAX = 100;

/** Ours: what is longer is cut in sentences and places. */
const TOLD_MAX = 500;

export function inside(at: Place, holder: Json, step: Step): Place {
  return { ...at, parent: at, holder, step };
}

export function fail(
  at: Place,
  message: string,
  code = 'SCHEMA_VALIDATION_FAILED',
  hint: Pick<Problem, 'mend' | 'follows'> = {},
): void {
  tell(at, { severity: 'ERROR', code, message, ...hint });
}

/** What was meant by a name that is not there. */
export function meant(name: string, names: readonly string[]): Pick<Problem, 'mend'> {
  const close = nearest(name, names);
  return close === undefined ? {} : { mend: `did you mean ${close}?` };
}

export function warn(at: Place, message: string, code: string): void {
  tell(at, { severity: 'WARNING', code, message });
}

function tell(at: Place, { severity, code, message, ...hint }: Omit<Problem, 'location' | 'line'>): void {
  const { problems, source } = at.findings;
  // Warnings leave room for errors: what is refused has an error at least.
  if (problems.length >= (severity === 'ERROR' ? PROBLEMS_MAX : PROBLEMS_MAX / 2)) return;
  const line = at.holder === undefined || at.step === undefined ? (at.line ?? 1) : source.lineOf(at.holder, at.step);
  problems.push({
    severity,
    code,
    message: cut(message),
    ...(!at.isNowhere && { location: locationOf(at) }),
    line,
    ...hint,
  });
}

/** As the service writes places: `/States/Check/Choices[0]/Next`, `/` for the machine. */
function locationOf(at: Place): string {
  const steps: string[] = [];
  for (let place: Place | undefined = at; place?.step !== undefined; place = place.parent) {
    steps.push(typeof place.step === 'number' ? `[${place.step}]` : `/${cut(place.step)}`);
  }
  return steps.reverse().join('') || '/';
}

function cut(text: string): string {
  return text.length > TOLD_MAX ? `${text.slice(0, TOLD_MAX)}…` : text;
}
