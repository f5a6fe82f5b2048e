// What tests of functions in Java stand on: sources that this machine's JDK compiles once for each file of tests, and
// the interfaces of aws-lambda-java-core, by their real names. Used by tests only.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunnableCode } from '../code/code.ts';
import { createFolder } from '../code/temporary-folder.ts';
import type { InvocationResult } from '../running-function.ts';
import type { FunctionSettings } from '../settings.ts';
import { start, type TestFunction } from '../test-function.ts';
import { findJdk } from './jdk.ts';

/** Reason to skip when it is missing. Printed once for each file of tests. */
export const jdk = findJdk();
if (!jdk) console.log('Tests of functions in Java are left out: there is no javac on the PATH, and no JAVA_HOME.');

/** Each on a line: `void log(String message);` */
const CORE: Readonly<Record<string, string>> = {
  Context: `String getAwsRequestId(); String getLogGroupName(); String getLogStreamName(); String getFunctionName();
    String getFunctionVersion(); String getInvokedFunctionArn(); CognitoIdentity getIdentity();
    ClientContext getClientContext(); int getRemainingTimeInMillis(); int getMemoryLimitInMB(); LambdaLogger getLogger();`,
  ClientContext: `Client getClient(); java.util.Map<String, String> getCustom(); java.util.Map<String, String> getEnvironment();`,
  Client: `String getInstallationId(); String getAppTitle(); String getAppVersionName(); String getAppVersionCode();
    String getAppPackageName();`,
  CognitoIdentity: 'String getIdentityId(); String getIdentityPoolId();',
  LambdaLogger: `void log(String message); void log(byte[] message);
    default void log(String message, LogLevel level) { log(message); }`,
  'RequestHandler<I, O>': 'O handleRequest(I input, Context context);',
  RequestStreamHandler: `void handleRequest(java.io.InputStream input, java.io.OutputStream output, Context context)
    throws java.io.IOException;`,
};

/** aws-lambda-java-core, as far as functions see it. */
export const CORE_SOURCES: Readonly<Record<string, string>> = Object.fromEntries([
  ['com/amazonaws/services/lambda/runtime/logging/LogLevel.java', logLevels()],
  ...Object.entries(CORE).map(([name, body]) => [
    `com/amazonaws/services/lambda/runtime/${name.replace(/<.*/, '')}.java`,
    `package com.amazonaws.services.lambda.runtime; import com.amazonaws.services.lambda.runtime.logging.LogLevel;
     public interface ${name} { ${body} }`,
  ]),
]);

/** Every source of a test imports these. */
export const IMPORTS = 'import com.amazonaws.services.lambda.runtime.*; import java.io.*; import java.util.*;';

/** Compiles sources, by their paths, into a folder of classes that goes with the file of tests. */
export function compile(sources: Readonly<Record<string, string>>): RunnableCode & { readonly kind: 'directory' } {
  const { path: folder } = createFolder();
  const path = join(folder, 'classes');
  mkdirSync(path);
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, 'src', name)), { recursive: true });
    writeFileSync(join(folder, 'src', name), text);
  }
  const files = Object.keys(sources).map((name) => join('src', name));
  const args = ['-J-XX:TieredStopAtLevel=1', '-g', '-proc:none', '-encoding', 'UTF-8', '-d', path, ...files];
  // Without a JDK, its tests are left out.
  if (jdk) execFileSync(jdk.javac, args, { cwd: folder });
  return { kind: 'directory', path, entries: [], external: [], isBuilt: false };
}

/** A function of 512 MB. */
export async function java(
  code: RunnableCode,
  handler: string,
  settings: Partial<FunctionSettings> = {},
): Promise<TestFunction> {
  return await start({ code, handler }, { runtime: 'java17', memoryMb: 512, ...settings });
}

/** What the function printed, without the lines that Lambda writes. */
export function printed({ log }: InvocationResult): string[] {
  return log.map(({ message }) => message).filter((message) => !/^(START|END|REPORT) RequestId: /.test(message));
}

function logLevels(): string {
  return `package com.amazonaws.services.lambda.runtime.logging;
    public enum LogLevel { UNDEFINED, TRACE, DEBUG, INFO, WARN, ERROR, FATAL }`;
}
