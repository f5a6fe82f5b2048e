// The section `Cause`: the culprit on the page's third line, and under it what belongs to it. What may be another
// test's stands there with a question mark, and says so.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { FoundCause } from './journal/findings.ts';

const LABEL = 'Cause   ';

const UNSURE = 'It may be of another test: nothing ties it to this one.';

/** The section's lines. */
export function causeSection({ isSure, lines: [culprit, ...more] }: FoundCause, paint: Paint): Line[] {
  const [first = '', ...rest] = wrapWords(showControls(culprit), 76 - LABEL.length);
  const indentation = ' '.repeat(LABEL.length);
  return [
    line`${paint.bold(isSure ? 'Cause ' : 'Cause?')}  ${paint.red(first)}`,
    ...rest.map((text) => line`${indentation}${paint.red(text)}`),
    ...[...more, ...(isSure ? [] : [UNSURE])].flatMap((text) =>
      wrapWords(showControls(text), 74 - LABEL.length).map(
        (part, index) => line`${indentation}${index === 0 ? '' : '  '}${part}`,
      ),
    ),
  ];
}
