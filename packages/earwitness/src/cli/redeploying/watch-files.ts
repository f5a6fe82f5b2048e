// Notices that files change. It looks at each file itself, several times a second, instead of waiting for the system's
// events: editors put a new file in the old one's place, `sam build` removes and remakes the whole folder, and shared
// folders of containers send no events at all. A look costs some microseconds.
import { statSync, unwatchFile, watchFile } from 'node:fs';
import type { Clock } from '../../hearing/clock.ts';

/** Ours, ms: how often a file is looked at, and how long it has to stay as it is until it counts as written. */
const LOOK_MS = 100;
const SETTLE_MS = 100;

export interface FileWatch {
  /** Looks at these files, and at no others. */
  at(files: Iterable<string>): void;
  stop(): void;
}

export function watchFiles(clock: Clock, changed: (file: string) => void): FileWatch {
  const watched = new Set<string>();
  const settling = new Map<string, () => void>();
  const notice = (file: string) => {
    settling.get(file)?.();
    settling.set(
      file,
      clock.after(SETTLE_MS, () => changed(file), { background: true }),
    );
  };
  const leave = (file: string) => {
    unwatchFile(file);
    watched.delete(file);
  };
  return {
    at(files) {
      const wanted = new Set(files);
      for (const file of watched) if (!wanted.has(file)) leave(file);
      for (const file of wanted) {
        if (watched.has(file)) continue;
        watched.add(file);
        watchFile(file, { interval: LOOK_MS, persistent: false }, () => notice(file));
        // The first of its looks comes later, and what was written before would be missed.
        const before = writtenAt(file);
        const look = () => watched.has(file) && writtenAt(file) !== before && notice(file);
        clock.after(2 * LOOK_MS, look, { background: true });
      }
    },
    stop() {
      for (const file of watched) leave(file);
      for (const cancel of settling.values()) cancel();
    },
  };
}

/** `undefined` while the file is away. */
function writtenAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
