// A function, invoked and waited for. One that fails throws: a test that does not look at the result must not pass.
import { InvocationError } from '../errors.ts';
import { joinSections, type Line, line } from '../printing/line.ts';
import { failureLines, readFailure } from './failure.ts';
import { functionNamed } from './function-name.ts';
import { jsonOf } from './json.ts';
import { callAws, loadSdk } from './sdk.ts';

/** What came of an invocation. */
export interface Invocation {
  /** What the function returned, from JSON; undefined when that was nothing. */
  readonly payload: unknown;
  /** The last lines that it logged, 4 KB at most, without Lambda's own (`START`, `END`, `REPORT`). */
  readonly log: readonly string[];
}

/** @throws InvocationError when the function fails; TransportError, ConfigurationError */
export async function invokeFunction(name: string, payload: unknown): Promise<Invocation> {
  const call = 'cloud.invoke()';
  const Payload = Buffer.from(jsonOf(`${call}: the payload`, payload));
  const sdk = await loadSdk(call, '@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda'));
  const found = await functionNamed(call, name);
  const answer = await callAws(call, new sdk.LambdaClient({}), (client) =>
    client.send(new sdk.InvokeCommand({ FunctionName: found.name, Payload, LogType: 'Tail' })),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  const result: unknown = text === '' ? undefined : JSON.parse(text);
  const log = linesIn(answer.LogResult ?? '');
  if (answer.FunctionError !== undefined) throw new InvocationError(failurePage(name, result, log), result);
  return { payload: result, log };
}

function linesIn(base64: string): string[] {
  const lines = Buffer.from(base64, 'base64').toString().split('\n');
  return lines.filter((text) => text !== '' && !isLambdas(text));
}

// Source: docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
function isLambdas(text: string): boolean {
  return /^(START RequestId:|END RequestId:|REPORT RequestId:|INIT_START |XRAY TraceId:)/.test(text);
}

/** Ours: lines of a function's log that a message shows. */
const SHOWN_LOG_LINES = 20;

function failurePage(name: string, payload: unknown, log: readonly string[]): Line[] {
  const [error = line``, ...frames] = failureLines(readFailure(payload));
  // What Lambda logs of the error is what stands above it.
  const shown = log.filter((text) => !text.includes('\tInvoke Error')).slice(-SHOWN_LOG_LINES);
  return joinSections(line`${name} failed: ${error}`, [
    frames,
    shown.length === 0 ? [] : [line`Log`, ...shown.map((text) => line`  ${text.replaceAll('\t', '  ')}`)],
  ]);
}
