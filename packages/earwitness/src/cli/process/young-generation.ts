// How much memory V8 takes for new objects in a process that is a local cloud for long. It doubles that room up to
// twice 16 MB (64 on Node 24) as facts come to stay in the journal, and never gives it back, while most of it is empty.
// V8's flags are the whole process': this is for processes of our own, not for a test runner's. And not from the start:
// what Node and load-bundle.ts have ready compiled is for the flags as they were.
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Ours: of each half. With 1 MB, collecting would cost 40 % more; with 16 it costs what it costs with 4. */
const ENOUGH_MB = 4;

/** The room grows no more once it is enough, until this is disposed of. */
export function boundYoungGeneration(): Disposable {
  const look = () => {
    const room = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    if (!room || room.space_size < 2 * ENOUGH_MB * 2 ** 20) return;
    observer.disconnect();
    setFlagsFromString('--semi-space-growth-factor=1');
    // A function's thread would not grow either: it begins with what it may have.
    setFlagsFromString(`--min-semi-space-size=${ENOUGH_MB}`);
  };
  // It grows at the end of a collection.
  const observer = new PerformanceObserver(look);
  observer.observe({ entryTypes: ['gc'] });
  look();
  return {
    // V8's own values, so that what it compiled before is kept for the next start.
    [Symbol.dispose]() {
      observer.disconnect();
      setFlagsFromString('--semi-space-growth-factor=2');
      setFlagsFromString('--min-semi-space-size=0');
    },
  };
}
