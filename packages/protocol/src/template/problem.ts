// What is wrong with a template, in CloudFormation's own sentences, each with its line. A check gathers all problems before it
// refuses, so that an author mends them in one go.
import { ServiceError } from '../aws/errors.ts';

export interface Problem {
  /** CloudFormation's sentence where we know it. */
  readonly message: string;
  /** Line of the template's text, 1 for the first; absent for what was generated. */
  readonly line?: number | undefined;
}

/** The problems as one text: `<sentence> (line 12); <sentence> (line 30)`. */
export function problemText(problems: readonly Problem[]): string {
  const texts = problems.map(({ message, line }) => (line === undefined ? message : `${message} (line ${line})`));
  return [...new Set(texts)].join('; ');
}

/** @throws ServiceError `ValidationError` naming every problem, when there is one. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ServiceError('ValidationError', problemText(problems));
}

/** A refusal for one problem, to be thrown. */
export function refusal(message: string, line?: number): ServiceError {
  return new ServiceError('ValidationError', problemText([{ message, line }]));
}
