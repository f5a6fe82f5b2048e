// Scripted answers: what a test says that a service which is not served would answer, so that code under test goes past
// its first call.

/** What an API call is answered with: its output, or, with `$error`, an error of the service. */
export type ScriptedAnswer = Readonly<Record<string, unknown>> & {
  readonly $error?: { readonly code: string; readonly message?: string; readonly status?: number };
};

/**
 * By `service:Operation`, the service as it is named in signatures (`dynamodb`, `cognito-idp`): an answer, or a
 * function that makes one of the call's input.
 */
export type Answers = Readonly<
  Record<string, ScriptedAnswer | ((input: unknown) => ScriptedAnswer | Promise<ScriptedAnswer>)>
>;

/** The answer that a script gives. `input` reads the call's input, for a script that is a function. */
export async function scriptedAnswer(script: Answers[string], input: () => unknown): Promise<ScriptedAnswer> {
  return typeof script === 'function' ? script(input()) : script;
}
