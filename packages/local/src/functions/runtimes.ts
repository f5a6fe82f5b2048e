// Which of Lambda's runtimes run on this machine.
import type { RunnableCode } from './code/code.ts';

interface Asked {
  /** `nodejs22.x` */
  readonly runtime: string;
  readonly code: RunnableCode;
  /** What is missing in the code may be in a layer. */
  readonly hasLayers: boolean;
}

/** Why a function does not run here, to follow its name; `undefined` when it does. */
export async function whyNotRun({ runtime, code, hasLayers }: Asked): Promise<string | undefined> {
  if (runtime.startsWith('nodejs')) return undefined;
  if (runtime.startsWith('python')) {
    const { whyNoInterpreter } = await import('./python/interpreter.ts');
    return whyNoInterpreter(runtime);
  }
  if (runtime.startsWith('java')) {
    const { whyNoJava } = await import('./java/built-code.ts');
    return whyNoJava(code, { runtime, hasLayers });
  }
  if (runtime.startsWith('provided')) {
    const { whyNotExecutable } = await import('./provided/executable.ts');
    return whyNotExecutable(code, { hasLayers });
  }
  return `the runtime ${runtime} does not run here`;
}
