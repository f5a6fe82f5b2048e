// Notices that files change. It looks at each file itself, several times a second, instead of waiting for the system's
// events: editors put a new file in the old one's place, `sam build` removes and remakes the whole folder, and shared
// folders of containers send no events at all. A look costs some microseconds.
import { unwatchFile, watchFile } from 'node:fs';
import type { Clock } from '../../hearing/clock.ts';

/** Ours, ms: how often a file is looked at, and how long it has to stay as it is until it counts as written. */
const LOOK_MS = 100;
const SETTLE_MS = 100;

/** @returns what ends it */
export function watchFiles(files: readonly string[], clock: Clock, changed: (file: string) => void): () => void {
  const settling = new Map<string, () => void>();
  for (const file of files) {
    watchFile(file, { interval: LOOK_MS, persistent: false }, () => {
      settling.get(file)?.();
      settling.set(
        file,
        clock.after(SETTLE_MS, () => changed(file), { background: true }),
      );
    });
  }
  return () => {
    for (const file of files) unwatchFile(file);
    for (const cancel of settling.values()) cancel();
  };
}
