// `earwitness logs`: what the functions of a running local cloud print, and how their invocations failed.

import { errorText } from '@earwitness/protocol/internal/journal/error-text';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { createNames } from '@earwitness/protocol/internal/journal/names';
import { findFunction } from '../../cloud/function-name.ts';
import { describeGap } from '../../hearing/journal-excerpt.ts';
import { readFacts } from '../../page/journal/journal.ts';
import { indent, line, linesOf } from '../../printing/line.ts';
import { request, textLines } from '../../request.ts';
import { adminUrl } from '../cloud-options.ts';
import { askAdmin, noCloud, numberAt, readState } from '../running/admin.ts';
import { parseDuration } from '../running/duration.ts';
import { paint, print, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface LogsOptions {
  readonly follow?: boolean;
  readonly since?: string;
  readonly json?: boolean;
  readonly port?: string;
}

/** Prints lines, oldest first; with `follow` until Ctrl-C. @throws UsageError */
export async function logs(name: string | undefined, options: LogsOptions): Promise<void> {
  const url = adminUrl(options.port);
  const state = await readState(url);
  const only = name === undefined ? undefined : findFunction(state, name).fn.name;
  const show = printer({
    json: options.json ?? false,
    only,
    titleOf: createNames(state.functions.map((fn) => fn.name)),
  });
  const since = options.since === undefined ? 0 : await parseSince(url, options.since);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (options.follow) process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const { facts, gap } = await readFacts(url, { since, signal: stopping.signal });
    if (gap) say(paint.dim(describeGap(gap)));
    const shown = facts.filter(show).length;
    if (!options.follow) {
      if (shown === 0)
        say(
          line`${name === undefined ? 'Nothing was printed' : `${name} has printed nothing`}${since > 0 ? ' since then' : ''}.`,
        );
      return;
    }
    const stream = await request(`${url}/journal/stream?after=${facts.at(-1)?.seq ?? 0}`, { signal: stopping.signal });
    say(paint.dim('Ctrl-C stops.'));
    for await (const text of textLines(stream)) show(JSON.parse(text) as Fact);
  } catch (cause) {
    if (stopping.signal.aborted) return;
    throw noCloud(url, cause);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Epoch milliseconds of the cloud's clock: so long ago, or a time. */
async function parseSince(url: string, text: string): Promise<number> {
  const ago = parseDuration(text);
  if (ago !== undefined) return Math.max(0, Math.floor((numberAt(await askAdmin(url, 'clock'), 'now') ?? 0) - ago));
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (at >= 0) return at;
  throw new UsageError(
    `--since takes how long ago, such as 10m, or a time, such as 2026-11-22T14:00:00Z; not '${text}'.`,
  );
}

interface Showing {
  readonly json: boolean;
  /** The function that is asked for. */
  readonly only: string | undefined;
  titleOf(name: string): string;
}

/** Returns a function that prints a fact, if it is of interest, and says so. */
function printer({ json, only, titleOf }: Showing): (fact: Fact) => boolean {
  return (fact) => {
    if (fact.kind !== 'function.log' && fact.kind !== 'function.finished') return false;
    if (only !== undefined && fact.functionName !== only) return false;
    const text = fact.kind === 'function.log' ? fact.line : failureOf(fact);
    if (text === undefined) return false;
    const { at, functionName, invocationId } = fact;
    if (json) {
      const stream = fact.kind === 'function.log' ? fact.stream : 'stderr';
      const told = { at, time: new Date(at).toISOString(), function: functionName, invocationId, stream, line: text };
      print(line`${JSON.stringify(told)}`);
      return true;
    }
    const [first = line``, ...more] = linesOf(text);
    const time = paint.dim(new Date(at).toISOString().slice(11, 23));
    print(line`${time}  ${paint.cyan(titleOf(functionName))}  ${first}`, ...indent(more, '    '));
    return true;
  };
}

/** How an invocation failed: the function does not print it itself. */
function failureOf({ outcome, error }: FactOf<'function.finished'>): string | undefined {
  if (outcome === 'returned') return undefined;
  return [`✗ ${outcome}${error ? `: ${errorText(error)}` : ''}`, ...(error?.stack ?? [])].join('\n');
}
