// What follows from the version of Node that a runtime is of.

/** Whether Node tells modules by their syntax there. Source: aws-lambda-ric 4.0.2, module-loader.js. */
export function detectsModules(runtime: string): boolean {
  return majorOf(runtime) >= 24;
}

/** `nodejs22.x` → 22 */
export function majorOf(runtime: string): number {
  return Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0);
}
