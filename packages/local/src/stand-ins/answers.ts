// Scripted answers: what a test says that a service which is not served would answer, so that code under test goes past
// its first call.

/** What an API call is answered with: its output, or, with `$error`, an error of the service. */
export type ScriptedAnswer = Readonly<Record<string, unknown>> & {
  readonly $error?: { readonly code: string; readonly message?: string; readonly status?: number };
};

/**
 * By `service:Operation`, the service as it is named in signatures (`ses`, `cognito-idp`): an answer, or a
 * function that makes one of the call's input.
 */
export type Answers = Readonly<
  Record<string, ScriptedAnswer | ((input: unknown) => ScriptedAnswer | Promise<ScriptedAnswer>)>
>;

/** The answer that a script gives. `input` reads the call's input, for a script that is a function. */
export async function scriptedAnswer(script: Answers[string], input: () => unknown): Promise<ScriptedAnswer> {
  return typeof script === 'function' ? script(input()) : script;
}

/**
 * What tools ask of services that are not served before they do what is: `osls remove` looks for a repository of
 * images. One that stands in is not answered for.
 * Sources: ECR API reference, DescribeRepositories, RepositoryNotFoundException; osls 4.3.1,
 * check-if-ecr-repository-exists.js.
 * @param isThere whether a resource of that type and physical id stands in
 */
export function usualAnswer(
  name: string,
  input: () => unknown,
  isThere: (type: string, id: string) => boolean,
): ScriptedAnswer | undefined {
  if (name !== 'ecr:DescribeRepositories') return undefined;
  const asked: { readonly repositoryNames?: readonly unknown[] } = Object(input());
  const names = (asked.repositoryNames ?? []).map(String);
  const missing = names.find((one) => !isThere('AWS::ECR::Repository', one));
  if (missing === undefined) return undefined;
  const message = `The repository with name '${missing}' does not exist in the registry`;
  return { $error: { code: 'RepositoryNotFoundException', message, status: 400 } };
}
