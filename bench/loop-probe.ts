// Loaded into a local cloud's process before everything else (`node --import`): tells whoever started it how long its event loop was
// late, and what memory it has. Each answer is about the time since the last.
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds (the timer's own resolution of one is part of them) and MB. */
export interface ProbeReading {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly residentMb: number;
}

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.on('message', () => {
  const ms = (nanoseconds: number) => nanoseconds / 1e6;
  const reading: ProbeReading = {
    medianMs: ms(delays.percentile(50)),
    p99Ms: ms(delays.percentile(99)),
    maxMs: ms(delays.max),
    residentMb: process.memoryUsage.rss() / 2 ** 20,
  };
  delays.reset();
  process.send?.(reading);
});
process.channel?.unref();
