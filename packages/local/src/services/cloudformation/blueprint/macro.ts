// Macros that a function of the account runs: it gets a part of a template and returns what stands in its place.
// Source: CloudFormation user guide, "Perform custom processing on CloudFormation templates with template macros".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Problem } from '@earwitness/protocol/internal/template/problem';
import type { Scope } from '@earwitness/protocol/internal/template/resolve';
import type { Source } from '@earwitness/protocol/internal/template/source';
import { isList, isMap, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import { tableOf } from '../../../backbone/table.ts';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';

/** What `AWS::CloudFormation::Macro` makes. */
export interface MacroRecord {
  readonly name: string;
  /** Name or ARN. */
  readonly functionName: string;
}

export const MACROS = tableOf<MacroRecord>('cloudformation/macros');

export function macroKey(name: string, { account, region }: Pick<Call, 'account' | 'region'>): string {
  return `${account}/${region}/${name}`;
}

/** What macros of one template are run with. */
export interface MacroRun {
  readonly platform: Platform;
  readonly call: Call;
  readonly source: Source;
  /** Parameters and pseudo parameters. */
  readonly names: Scope['parameters'];
  readonly problems: Problem[];
}

/** A macro that a template names, with what it is given. */
export interface MacroUse {
  readonly name: string;
  readonly params: ValueMap;
  readonly line: number | undefined;
}

/** What the macro makes of the fragment; the fragment as it is when it fails, which stands in `problems`. */
export async function runMacro(use: MacroUse, fragment: Value, run: MacroRun): Promise<Value> {
  const { platform, call, problems, names } = run;
  const { name, params, line } = use;
  const full = `${call.account}::${name}`;
  const found = platform.backbone.table(MACROS).get(macroKey(name, call))?.value;
  if (!found) {
    problems.push({ message: `No transform named ${name} found.`, line });
    return fragment;
  }
  const requestId = platform.ids.uuid();
  const event = {
    ...{ region: call.region, accountId: call.account, fragment, transformId: full, params, requestId },
    templateParameterValues: Object.fromEntries(Object.entries(names).filter(([key]) => !key.startsWith('AWS::'))),
  };
  const answer = await invoke(found.functionName, event, run);
  if (answer.kind === 'made') return keepLines(answer.fragment, fragment, run.source);
  problems.push({ message: sentenceOf(answer, full), line, ...(answer.why !== undefined && { mend: answer.why }) });
  return fragment;
}

type Answer =
  | { readonly kind: 'made'; readonly fragment: Value }
  | { readonly kind: 'failed'; readonly message: string | undefined; readonly why?: string }
  | { readonly kind: 'malformed'; readonly why?: string };

// Source of the sentences: recorded on AWS, LocalStack cloudformation test_template_engine (TestMacros).
function sentenceOf(answer: Exclude<Answer, { readonly kind: 'made' }>, full: string): string {
  if (answer.kind === 'malformed') return `Received malformed response from transform ${full}.`;
  if (answer.message === undefined) return `Transform ${full} failed without an error message.`;
  return `Transform ${full} failed with: ${answer.message}`;
}

async function invoke(FunctionName: string, event: unknown, { platform, call }: MacroRun): Promise<Answer> {
  const Payload = Buffer.from(JSON.stringify(event));
  const invoking = { ...call, requestId: platform.ids.uuid() };
  try {
    const output = await platform.dispatch.call('lambda', 'Invoke', { FunctionName, Payload }, invoking);
    const text = Buffer.from(output.Payload ?? []).toString('utf8');
    if (output.FunctionError !== undefined)
      return { kind: 'malformed', why: `mend the function ${FunctionName}: ${text}` };
    const answer = parseAnswer(text);
    // A template was read before, so what reads YAML is here already.
    const { MAX_DEPTH } = await import('../../../yaml/read.ts');
    if (answer.kind !== 'made' || !isDeeper(answer.fragment, MAX_DEPTH)) return answer;
    return { kind: 'malformed', why: `let ${FunctionName} return a fragment of at most ${MAX_DEPTH} levels` };
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'failed', message: error.message };
    throw error;
  }
}

function parseAnswer(text: string): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(text === '' ? 'null' : text);
  } catch {
    return { kind: 'malformed' };
  }
  if (!isMap(answer)) return { kind: 'malformed' };
  const { status, fragment, errorMessage } = answer;
  if (typeof status !== 'string') return { kind: 'malformed' };
  if (status.toLowerCase() !== 'success') {
    return { kind: 'failed', message: typeof errorMessage === 'string' ? errorMessage : undefined };
  }
  return fragment === undefined || fragment === null ? { kind: 'malformed' } : { kind: 'made', fragment };
}

function isDeeper(value: Value, levels: number): boolean {
  if (!isMap(value) && !isList(value)) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** What stands where something stood before has its line. */
function keepLines(made: Value, origin: Value | undefined, source: Source): Value {
  const member = (key: string | number): Value | undefined =>
    origin !== undefined && (isMap(origin) || isList(origin))
      ? Object.entries(origin).find(([name]) => name === String(key))?.[1]
      : undefined;
  if (isList(made)) {
    const items = made.map((item, index) => keepLines(item, member(index), source));
    return source.derive(items, origin);
  }
  if (!isMap(made)) return made;
  const members = Object.entries(made).map(([key, value]) => [key, keepLines(value, member(key), source)] as const);
  return source.derive(Object.fromEntries(members), origin);
}
