// `earwitness explain`: whether an event would be matched, field by field, by a pattern from a file or by the rules of
// a bus; or what an execution of a state machine did.

import {
  type Explanation,
  explain as explainPattern,
  parsePattern,
  renderExplanation,
} from '@earwitness/protocol/pattern';
import { takesAll } from '../../page/rules.ts';
import { indent, line, linesOf } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { checkJson, readInput } from '../running/read-input.ts';
import { findRules } from '../running/rules.ts';
import { print, printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { explainExecution } from './explain-execution.ts';

export interface ExplainOptions {
  readonly event?: string;
  readonly pattern?: string;
  /** Logical id, `stack.LogicalId`, or name. */
  readonly rule?: string;
  /** Name or logical id; left out: the rule's own, or `default`. */
  readonly bus?: string;
  readonly json?: boolean;
  readonly port?: string;
}

/** @throws UsageError when there is nothing to explain, or both. */
export async function explain(execution: string | undefined, options: ExplainOptions): Promise<void> {
  const { event, ...rest } = options;
  if (execution === undefined) {
    if (event !== undefined) return explainEvent({ ...rest, event });
    throw new UsageError('explain takes an event (--event file) or an execution (its ARN or its name).');
  }
  const other = (['event', 'pattern', 'rule', 'bus'] as const).find((name) => options[name] !== undefined);
  if (other !== undefined) throw new UsageError(`an execution is explained without --${other}.`);
  return explainExecution(execution, options);
}

/**
 * Prints to stdout; the exit code is 1 when nothing matches. A rule by which tests hear takes every event, and counts
 * only when it is asked for by name. @throws UsageError for what cannot be read or understood.
 */
async function explainEvent(options: ExplainOptions & { readonly event: string }): Promise<void> {
  const event = await readJson(options.event, 'the event');
  const patterns = options.pattern === undefined ? await rulesOf(options) : [await fileOf(options.pattern)];
  const explained = patterns.map((one) => ({ ...one, explanation: explainOne(one, event) }));
  const matched = explained.some(({ explanation, onlyHears }) => explanation.matched && !onlyHears);
  if (!matched) process.exitCode = 1;
  if (options.json) {
    const told = explained.map(({ explanation, title: _, onlyHears: __, pattern, ...of }) => ({
      ...of,
      pattern: JSON.parse(pattern) as unknown,
      ...explanation,
    }));
    return printData(JSON.stringify({ matched, explanations: told }, undefined, 2));
  }
  for (const { title, explanation } of explained) {
    print(line`${title}`, ...indent(linesOf(renderExplanation(explanation))), line``);
  }
}

/** A pattern, and what has it. */
interface Titled {
  readonly title: string;
  /** JSON text. */
  readonly pattern: string;
  readonly file?: string;
  readonly bus?: string;
  readonly rule?: string;
  /** It is one of the rules of a bus, and takes every event, as a relay does. */
  readonly onlyHears?: boolean;
}

function explainOne({ title, pattern }: Titled, event: unknown): Explanation {
  try {
    return explainPattern(parsePattern(pattern), event);
  } catch (cause) {
    // The engine puts its reason on a line of its own.
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace('\n', '');
    throw new UsageError(`${title} is not an event pattern: ${reason}`, { cause });
  }
}

async function fileOf(file: string): Promise<Titled> {
  return { title: file, pattern: JSON.stringify(await readJson(file, 'the pattern')), file };
}

/** The patterns of the rules that are asked for. */
async function rulesOf({ port, rule, bus }: ExplainOptions): Promise<Titled[]> {
  const rules = await findRules(adminUrl(port), { rule, bus });
  const titled = rules.flatMap(({ pattern, isDisabled, title, name, bus: own }): Titled[] => {
    if (pattern === undefined) return [];
    const onlyHears = rule === undefined && takesAll(pattern);
    const remark = `${isDisabled ? ' (disabled)' : ''}${onlyHears ? ' (takes every event: does not count)' : ''}`;
    return [{ title: `rule ${title}${remark}`, pattern, bus: own, rule: name, onlyHears }];
  });
  if (titled.length > 0) return titled;
  const what =
    rule === undefined
      ? `no rule of bus ${rules[0]?.bus ?? ''} has a pattern: they run`
      : `rule ${rule} has no pattern: it runs`;
  throw new UsageError(`${what} on a schedule.`);
}

async function readJson(file: string, what: string): Promise<unknown> {
  const text = await readInput(file, what);
  checkJson(text, file === '-' ? what : `${what} in ${file}`);
  return JSON.parse(text);
}
