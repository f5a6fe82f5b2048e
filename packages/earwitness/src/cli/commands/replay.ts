// `earwitness replay`: asks the recorded expectations again of the recorded events, without a cloud, and prints each
// verdict.
import { readFile } from 'node:fs/promises';
import { type Evidence, parseEvidence } from '../../evidence/evidence.ts';
import { type Replayed, replay as replayEvidence } from '../../evidence/replay.ts';
import { indent, type Line, line } from '../../printing/line.ts';
import { paint, print, printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Prints to stdout; the exit code is 1 when a wait fails or differs from its record.
 * @throws UsageError for a file that cannot be read.
 */
export async function replay(files: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  // No cloud that runs now may influence what is replayed.
  for (const name of ['EARWITNESS_URL', 'EARWITNESS_REPORT']) delete process.env[name];
  const all: object[] = [];
  for (const file of files) {
    const replayed = await replayEvidence(await read(file));
    if (!replayed.every(isWell)) process.exitCode = 1;
    if (json) all.push({ file, waits: replayed.map(told) });
    else print(...fileLines(file, replayed));
  }
  if (json) printData(JSON.stringify({ files: all }, undefined, 2));
  else print(line``);
}

/** Met, by its record when it could not be asked again, and as recorded. */
function isWell({ outcome, wait }: Replayed): boolean {
  return (outcome ?? wait.outcome) === 'met' && !isUnlike({ outcome, wait });
}

function isUnlike({ outcome, wait }: Pick<Replayed, 'outcome' | 'wait'>): boolean {
  return outcome !== undefined && outcome !== wait.outcome;
}

function told({ wait, outcome, lines }: Replayed): object {
  const { title, place, outcome: recorded } = wait;
  return { title, place, recorded, outcome: outcome ?? null, page: lines.map(String) };
}

function fileLines(file: string, replayed: readonly Replayed[]): Line[] {
  const counts = { met: 0, failed: 0, 'not replayed': 0, 'unlike the record': 0 };
  for (const one of replayed) {
    counts[one.outcome === undefined ? 'not replayed' : one.outcome === 'met' ? 'met' : 'failed']++;
    if (isUnlike(one)) counts['unlike the record']++;
  }
  const sums = Object.entries(counts).flatMap(([words, count]) => (count === 0 ? [] : [`${count} ${words}`]));
  return [
    line``,
    line`  ${paint.bold(file)}`,
    line``,
    ...replayed.flatMap((one) => indent(render(one))),
    line``,
    line`  ${sums.join(', ') || 'nothing was awaited'}`,
  ];
}

async function read(file: string): Promise<readonly Evidence[]> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UsageError(`${file} cannot be read: ${cause.message}`, { cause });
  });
  const { evidence, unreadable } = parseEvidence(text);
  const [first, ...more] = unreadable;
  if (first) {
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    throw new UsageError(`${file}:${first.line}: this line cannot be replayed${others}: ${first.problem}.`);
  }
  if (evidence.length === 0) throw new UsageError(`${file} is empty.`);
  return evidence;
}

function render({ wait, outcome, lines }: Replayed): Line[] {
  const mark = outcome === undefined ? paint.yellow('?') : outcome === 'met' ? paint.green('✓') : paint.red('✗');
  const rendered = [line`${mark} ${wait.title}`, ...(wait.place === undefined ? [] : [paint.dim(`  ${wait.place}`)])];
  if (outcome === undefined) {
    return [...rendered, line`  cannot be replayed: ${lines[0] ?? ''}`, line`  recorded: ${wait.outcome}`];
  }
  if (outcome !== wait.outcome) rendered.push(paint.yellow(`  recorded as ${wait.outcome}, now ${outcome}`));
  return lines.length === 0 ? rendered : [...rendered, line``, ...indent(lines), line``];
}
