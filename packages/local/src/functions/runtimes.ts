// Which of Lambda's runtimes run on this machine.

/** Why functions of a runtime do not run here, to follow the function's name; `undefined` when they do. */
export async function whyNotRun(runtime: string): Promise<string | undefined> {
  return runtime.startsWith('nodejs') ? undefined : `the runtime ${runtime} does not run here`;
}
