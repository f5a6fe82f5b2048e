// `earwitness invoke`: runs a function of a running local cloud and prints what it answers; its log goes to stderr.
import type { FunctionState } from '@earwitness/protocol/internal/admin/cloud-state';
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { errorText } from '@earwitness/protocol/internal/journal/error-text';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { findFunction, type NamedFunction } from '../../cloud/function-name.ts';
import { line, linesOf } from '../../printing/line.ts';
import { type Answer, isOk, readText, request } from '../../request.ts';
import { adminUrl } from '../cloud-options.ts';
import { noCloud, readJournalEnd, readState } from '../running/admin.ts';
import { readFactsAfter } from '../running/facts.ts';
import { checkJson, readInput } from '../running/read-input.ts';
import { printData, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface InvokeOptions {
  /** `-` is standard input. */
  readonly file?: string;
  readonly json?: boolean;
  readonly port?: string;
}

/** Exit code 1 when the function failed. @throws UsageError for a name or a payload that is none. */
export async function invoke(name: string, payload: string | undefined, options: InvokeOptions): Promise<void> {
  const url = adminUrl(options.port);
  const body = await payloadText(payload, options);
  const state = await readState(url);
  const found = findFunction(state, name);
  const { newest } = await readJournalEnd(url);
  const answer = await callLambda(url, found, body);
  const text = await readText(answer);
  const id = answer.headers['x-amzn-requestid'];
  const facts = (await readFactsAfter(url, newest)).filter(isOfInvocation(id));
  const logs = facts.flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []));
  const failed = !isOk(answer) || answer.headers['x-amz-function-error'] !== undefined;
  if (failed) process.exitCode = 1;
  if (options.json) {
    const told = { function: found.fn.name, failed, payload: text === '' ? null : JSON.parse(text), logs };
    return printData(JSON.stringify(told, undefined, 2));
  }
  say(...logs.flatMap(linesOf));
  if (failed) say(line`earwitness: ${plainName(found.fn.name)} failed: ${reasonIn(facts, text)}`);
  printData(text);
}

async function payloadText(argument: string | undefined, { file }: InvokeOptions): Promise<string> {
  if (argument !== undefined && file !== undefined) {
    throw new UsageError('the payload is given twice: as an argument and by --file.');
  }
  const text = file === undefined ? (argument ?? '{}') : await readInput(file, 'the payload');
  checkJson(text, file === undefined ? 'the payload' : `the payload in ${file}`);
  return text;
}

function isOfInvocation(id: string | string[] | undefined): (fact: Fact) => boolean {
  return (fact) => 'invocationId' in fact && fact.invocationId === id;
}

/** In a sentence: the function's error, or Lambda's refusal. */
function reasonIn(facts: readonly Fact[], answer: string): string {
  const finished = facts.find((fact) => fact.kind === 'function.finished');
  return finished?.kind === 'function.finished' && finished.error ? errorText(finished.error) : answer;
}

/** Lambda's Invoke, in the function's own account and region: a signature's scope names them, and nobody checks it. */
async function callLambda(url: string, { fn, qualifier }: NamedFunction, body: string): Promise<Answer> {
  const query = qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
  const path = `/2015-03-31/functions/${encodeURIComponent(fn.arn)}/invocations${query}`;
  const headers = { authorization: scopeOf(fn) };
  return request(`${new URL(url).origin}${path}`, { method: 'POST', headers, body }).catch((cause: unknown) => {
    throw noCloud(url, cause);
  });
}

function scopeOf({ arn }: FunctionState): string {
  const { account = '', region = '' } = parseArn(arn) ?? {};
  const scope = `${account}/20260101/${region}/lambda/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
}
