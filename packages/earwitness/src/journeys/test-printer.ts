// A printer for tests: it takes facts without numbers, and keeps what it prints.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { choosePaint } from '../printing/paint.ts';
import { createJourneyPrinter, type JourneyPrinterOptions } from './printer.ts';

/** A printer under a clock that stands still until `pass`. */
export function createPrinter(options: Partial<JourneyPrinterOptions> = {}) {
  let printed = '';
  let seq = 0;
  const due: (() => void)[] = [];
  const printer = createJourneyPrinter({
    print: (...lines) => {
      printed += lines.map((one) => `${one}\n`).join('');
    },
    paint: choosePaint({ NO_COLOR: '1' }),
    clock: {
      now: () => 0,
      after(_delayMs, run) {
        due.push(run);
        return () => due.splice(due.indexOf(run), 1);
      },
    },
    columns: 80,
    folder: '/shop',
    logs: false,
    showAll: 'earwitness tail --all',
    ...options,
  });
  const numbered = (body: FactBody): Fact => ({ seq: ++seq, at: 1000 + seq, ...body });
  return {
    take(...bodies: readonly FactBody[]) {
      for (const body of bodies) printer.take(numbered(body));
    },
    recall(...bodies: readonly FactBody[]) {
      for (const body of bodies) printer.takePast(numbered(body));
    },
    /** The second is over. */
    pass() {
      for (const run of due.splice(0)) run();
    },
    close: () => printer.close(),
    /** What was printed since this was last asked. */
    said() {
      const said = printed;
      printed = '';
      return said;
    },
  };
}
