// What tests of functions in Python stand on. Used by tests only.
import type { InvocationResult } from '../running-function.ts';
import type { FunctionSettings } from '../settings.ts';
import { archive, start, type TestFunction } from '../test-function.ts';
import { findInterpreter } from './interpreter.ts';

/** Reason to skip: there is no interpreter. Printed once for each file of tests. */
export const hasPython = (await findInterpreter('python3.12')) !== undefined;
if (!hasPython) console.log('Tests of functions in Python are left out: there is no Python 3.9 or later on the PATH.');

/** A function of one file, `app.py`, whose function `handler` is invoked. */
export function python(text: string, settings: Partial<FunctionSettings> = {}): Promise<TestFunction> {
  return pythonFiles({ 'app.py': text }, 'app.handler', settings);
}

export async function pythonFiles(
  files: Readonly<Record<string, string>>,
  handler: string,
  settings: Partial<FunctionSettings> = {},
): Promise<TestFunction> {
  const { runtime = 'python3.12', logFormat, applicationLogLevel = 'INFO' } = settings;
  const variables = {
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    ...(logFormat === 'JSON' && { AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: applicationLogLevel }),
    ...settings.variables,
  };
  return await start({ code: archive(files), handler }, { runtime, ...settings, variables });
}

/** What the function printed, without the lines that Lambda writes. */
export function printed({ log }: InvocationResult): string[] {
  return log.map(({ message }) => message).filter((message) => !/^(START|END|REPORT) RequestId: /.test(message));
}
