// The nearest miss on a page: what agreed, then each field that did not, as a pair of lines. And the words that count it.
import type { NearMiss } from '../expectation/near-miss.ts';
import { cut } from '../expectation/print.ts';
import type { Paint } from './paint.ts';
import { elapsed } from './timeline.ts';

/** The section `Closest event`. */
export function closestSection(closest: NearMiss, openedAt: number, paint: Paint): string[] {
  const { received, findings, passed } = closest;
  const id = typeof received.message === 'string' ? undefined : received.message.id;
  const facts = [
    `${passed}/${findings.length} fields`,
    id ? `id ${id}` : undefined,
    elapsed(received.receivedAt - openedAt),
  ];
  const width = Math.max(...findings.map(({ path }) => path.length)) + 2;
  // Two of indentation, four of marks, and the word behind: what is left of 80 columns is the value's, but never too little to read.
  const room = Math.max(24, 80 - 2 - 4 - width - '   expected'.length);
  const lines = [`${paint.bold('Closest event')}   ${facts.filter(Boolean).join('   ')}`];
  for (const { path, pass, expected, received: got } of findings) {
    const name = path.padEnd(width);
    if (pass) {
      lines.push(`    ${name}${cut(got, room)}`);
      continue;
    }
    lines.push(paint.green(`  - ${name}${cut(expected, room)}`) + paint.dim('   expected'));
    lines.push(paint.red(`  + ${name}${cut(got, room)}`) + paint.dim('   received'));
  }
  return lines;
}

/** `the closest differs in 1 of 4 fields` */
export function countDifferences({ findings, passed }: NearMiss): string {
  const failed = findings.length - passed;
  if (findings.length === 1) return 'the closest does not match';
  return `the closest differs in ${failed} of ${findings.length} fields`;
}
