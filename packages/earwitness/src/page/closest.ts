// The nearest miss on a page: what agreed, then each field that did not, as a pair of lines. And the words that count it.
import type { NearMiss } from '../expectation/near-miss.ts';
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
  const lines = [`${paint.bold('Closest event')}   ${facts.filter(Boolean).join('   ')}`];
  for (const { path, pass, expected, received: got } of findings) {
    const name = path.padEnd(width);
    if (pass) {
      lines.push(`    ${name}${got}`);
      continue;
    }
    lines.push(paint.green(`  - ${name}${expected}`) + paint.dim('   expected'));
    lines.push(paint.red(`  + ${name}${got}`) + paint.dim('   received'));
  }
  return lines;
}

/** `the closest differs in 1 of 4 fields` */
export function countDifferences({ findings, passed }: NearMiss): string {
  const failed = findings.length - passed;
  if (findings.length === 1) return 'the closest does not match';
  return `the closest differs in ${failed} of ${findings.length} fields`;
}
