// How a state fails: an error's name and its cause, which Retry and Catch look at and the history shows.

/**
 * Thrown by what a state does by itself (paths, expressions, intrinsic functions, its own fields). `name` is one of
 * `States.…`; a task's failure is no exception but a value, `Failure`.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StatesError extends Error {
  /**
   * The field whose expression failed, as `Output/result`: it is told in the history by an event of its own,
   * `EvaluationFailed`. Only errors of JSONata have one.
   */
  readonly evaluation: { readonly location?: string } | undefined;

  constructor(name: string, cause: string, evaluation?: { readonly location?: string }) {
    super(cause);
    this.name = name;
    this.evaluation = evaluation;
  }
}

/** How a task, a branch, an iteration or an execution failed. */
export interface Failure {
  /** At most 256 characters. `undefined`: none was given, as SendTaskFailure may. */
  readonly error: string | undefined;
  /** At most 32,768 characters. */
  readonly cause: string | undefined;
}
