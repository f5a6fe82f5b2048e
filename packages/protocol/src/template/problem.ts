// What is wrong with a template, in CloudFormation's own sentences, each with its line. A check gathers all problems
// before it refuses, so that an author mends them in one go.
import { ServiceError } from '../aws/errors.ts';

export interface Problem {
  /** CloudFormation's sentence where we know it. */
  readonly message: string;
  /** Line of the template's text, 1 for the first; absent for what was generated. */
  readonly line?: number | undefined;
  /** What the author can do. */
  readonly mend?: string | undefined;
  /** The template is right, and this has to be given to it. */
  readonly missing?: readonly Missing[] | undefined;
  /** What it is made of, where one sentence tells many: a page tells them one by one. */
  readonly parts?: readonly Problem[] | undefined;
  /** The resource whose type is not served. */
  readonly unserved?: { readonly logicalId: string; readonly type: string } | undefined;
}

/** What a template needs from outside. */
export interface Missing {
  readonly kind: 'parameter' | 'stored parameter' | 'secret' | 'export' | 'event bus';
  readonly name: string;
  /** Stands for it while the rest of the template is looked at, and in the command that gives it. */
  readonly value: string;
  readonly line?: number | undefined;
  /** The parameter whose text names a stored parameter. */
  readonly parameter?: string;
}

/** Ours: problems that are told. Nobody mends more in one go, and a template can hold a hundred thousand. */
const TOLD_MAX = 100;

/** The problems as one text: `<sentence> (line 12); <sentence> (line 30)`. */
export function problemText(problems: readonly Problem[]): string {
  const texts = new Set<string>();
  for (const [index, { message, line }] of problems.entries()) {
    texts.add(line === undefined ? message : `${message} (line ${line})`);
    const left = problems.length - index - 1;
    if (texts.size === TOLD_MAX && left > 0) return `${[...texts].join('; ')}; and up to ${left} more`;
  }
  return [...texts].join('; ');
}

/** @throws ServiceError `ValidationError` naming every problem, when there is one. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw refusalOf(problems);
}

/** The problems behind a refusal, for who gathers them. */
const BEHIND = new WeakMap<ServiceError, readonly Problem[]>();

function refusalOf(problems: readonly Problem[]): ServiceError {
  const error = new ServiceError('ValidationError', problemText(problems));
  BEHIND.set(error, problems);
  return error;
}

/**
 * Does a part of the work. What it refuses is added to `problems`, and `otherwise` stands for its result, so that the
 * rest of the template is looked at too.
 */
export function collect<Result>(problems: Problem[], work: () => Result, otherwise: Result): Result {
  try {
    return work();
  } catch (error) {
    addProblems(problems, problemsOf(error));
    return otherwise;
  }
}

/** Adds problems, however many: a call takes no hundred thousand arguments. */
export function addProblems(problems: Problem[], more: readonly Problem[]): void {
  for (const problem of more) problems.push(problem);
}

/** The problems that a refusal names. Anything else that was thrown is thrown on. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof ServiceError)) throw error;
  return BEHIND.get(error) ?? [{ message: error.message }];
}

/** A refusal for one problem, to be thrown. */
export function refusal(message: string, line?: number): ServiceError {
  return refusalOf([{ message, line }]);
}
