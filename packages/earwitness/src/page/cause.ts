// The section `Cause`: the culprit on the page's third line, and under it what belongs to it.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { Cause } from './journal/causes.ts';

const LABEL = 'Cause   ';

/** The section's lines. */
export function causeSection({ lines: [culprit, ...more] }: Cause, paint: Paint): Line[] {
  const [first = '', ...rest] = wrapWords(showControls(culprit), 76 - LABEL.length);
  const indentation = ' '.repeat(LABEL.length);
  return [
    line`${paint.bold('Cause')}   ${paint.red(first)}`,
    ...rest.map((text) => line`${indentation}${paint.red(text)}`),
    ...more.flatMap((text) =>
      wrapWords(showControls(text), 74 - LABEL.length).map(
        (part, index) => line`${indentation}${index === 0 ? '' : '  '}${part}`,
      ),
    ),
  ];
}
