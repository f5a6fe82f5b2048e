// `earwitness replay`: asks the recorded expectations again of the recorded events, without a cloud, and prints each
// verdict.
import { readFile } from 'node:fs/promises';
import { type Evidence, parseEvidence } from '../../evidence/evidence.ts';
import { type Replayed, replay as replayEvidence } from '../../evidence/replay.ts';
import { indent, type Line, line } from '../../printing/line.ts';
import { paint, print } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Prints to stdout; the exit code is 1 when a wait fails or differs from its record.
 * @throws UsageError for a file that cannot be read.
 */
export async function replay(files: readonly string[]): Promise<void> {
  // No cloud that runs now may influence what is replayed.
  for (const name of ['EARWITNESS_URL', 'EARWITNESS_REPORT']) delete process.env[name];
  for (const file of files) {
    const replayed = await replayEvidence(await read(file));
    const counts = { met: 0, failed: 0, 'not replayed': 0, 'unlike the record': 0 };
    print(line``, line`  ${paint.bold(file)}`, line``);
    for (const one of replayed) {
      print(...indent(render(one)));
      const { outcome, wait } = one;
      counts[outcome === undefined ? 'not replayed' : outcome === 'met' ? 'met' : 'failed']++;
      if (outcome !== undefined && outcome !== wait.outcome) counts['unlike the record']++;
      if ((outcome ?? wait.outcome) !== 'met' || counts['unlike the record'] > 0) process.exitCode = 1;
    }
    const sums = Object.entries(counts).flatMap(([words, count]) => (count === 0 ? [] : [`${count} ${words}`]));
    print(line``, line`  ${sums.join(', ') || 'nothing was awaited'}`);
  }
  print(line``);
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
