// What is wrong with a template, in CloudFormation's own sentences, each with its line. A check gathers all problems
// before it refuses, so that an author mends them in one go.
import { ServiceError } from '../aws/errors.ts';

export interface Problem {
  /** CloudFormation's sentence where we know it. */
  readonly message: string;
  /** Line of the template's text, 1 for the first; absent for what was generated. */
  readonly line?: number | undefined;
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
  if (problems.length > 0) throw new ServiceError('ValidationError', problemText(problems));
}

/** A refusal for one problem, to be thrown. */
export function refusal(message: string, line?: number): ServiceError {
  return new ServiceError('ValidationError', problemText([{ message, line }]));
}
