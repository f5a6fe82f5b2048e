// `earwitness explain`: whether an event would be matched, field by field, by a pattern from a file or by the rules of
// a bus.
import { readFile } from 'node:fs/promises';
import { text as readStdin } from 'node:stream/consumers';
import { explain as explainPattern, parsePattern, renderExplanation } from '@earwitness/protocol/pattern';
import { indent, line, linesOf } from '../../printing/line.ts';
import { isOk, readJson as readAnswer, request } from '../../request.ts';
import { adminUrl } from '../cloud-options.ts';
import { print } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface ExplainOptions {
  readonly event: string;
  readonly pattern?: string;
  readonly rule?: string;
  readonly bus: string;
  readonly port?: string;
}

/**
 * Prints to stdout; the exit code is 1 when nothing matches. @throws UsageError for what cannot be read or understood.
 */
export async function explain(options: ExplainOptions): Promise<void> {
  const event = await readJson(options.event, 'the event');
  const patterns = options.pattern === undefined ? await rulesOf(options) : [await fileOf(options.pattern)];
  let matched = false;
  for (const { title, pattern } of patterns) {
    const explanation = explainOne(title, pattern, event);
    matched ||= explanation.matched;
    print(line`${title}`, ...indent(linesOf(explanation.text)), line``);
  }
  if (!matched) process.exitCode = 1;
}

interface Titled {
  readonly title: string;
  readonly pattern: string;
}

function explainOne(
  title: string,
  pattern: string,
  event: unknown,
): { readonly matched: boolean; readonly text: string } {
  try {
    const explanation = explainPattern(parsePattern(pattern), event);
    return { matched: explanation.matched, text: renderExplanation(explanation) };
  } catch (cause) {
    // The engine puts its reason on a line of its own.
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace('\n', '');
    throw new UsageError(`${title} is not an event pattern: ${reason}`, { cause });
  }
}

async function fileOf(file: string): Promise<Titled> {
  return { title: file, pattern: JSON.stringify(await readJson(file, 'the pattern')) };
}

/** A rule, as ListRules returns it. */
interface ListedRule {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly State?: string;
}

/** The rules of a bus of the local cloud, which accepts the call without a signature. */
async function rulesOf({ bus, port, rule }: ExplainOptions): Promise<Titled[]> {
  const url = new URL(adminUrl(port)).origin;
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.ListRules' },
    body: JSON.stringify({ EventBusName: bus }),
  }).catch((cause: Error) => {
    const remedy = "Start one with 'earwitness dev', name its --port, or give --pattern.";
    throw new UsageError(`no local cloud answers at ${url}. ${remedy}`, { cause });
  });
  const { Rules = [], message } = (await readAnswer(answer)) as {
    readonly Rules?: readonly ListedRule[];
    readonly message?: string;
  };
  if (!isOk(answer)) throw new UsageError(`the rules of bus ${bus} cannot be read: ${message}`);
  const chosen = rule === undefined ? Rules : Rules.filter(({ Name }) => Name === rule);
  if (chosen.length === 0) throw new UsageError(rule ? `bus ${bus} has no rule ${rule}.` : `bus ${bus} has no rules.`);
  const titled = chosen.flatMap(({ Name, EventPattern, State }): Titled[] =>
    EventPattern === undefined
      ? []
      : [{ title: `rule ${Name}${State === 'DISABLED' ? ' (disabled)' : ''}`, pattern: EventPattern }],
  );
  if (titled.length === 0) throw new UsageError(`no rule of bus ${bus} has a pattern: they run on a schedule.`);
  return titled;
}

async function readJson(file: string, what: string): Promise<unknown> {
  const text = await (file === '-' ? readStdin(process.stdin) : readFile(file, 'utf8')).catch((cause: Error) => {
    throw new UsageError(`${what} cannot be read: ${cause.message}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${what} in ${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
