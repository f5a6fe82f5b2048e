// Tells whether the directories of layers changed: by the times of the files that a person edits. It is asked before
// each invocation, so installed packages are not looked into, and the number of files is bounded.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Ours: 0.8 ms, with 200 packages beside them. Files near the top come first. */
const MAX_FILES = 100;

/** What tools write, and what they install: its own list of names is all that is looked at. */
const CLOSED = new Set(['node_modules', 'site-packages', 'dist-packages', '__pycache__', '.git']);

/** Another text when a file of one of the directories changed, came or went. */
export function fingerprint(directories: readonly string[]): string {
  const seen: string[] = [];
  const waiting = [...directories];
  let files = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!CLOSED.has(entry.name)) waiting.push(path);
        else if (entry.name !== '__pycache__') seen.push(path, ...entriesOf(path).map(({ name }) => name));
        continue;
      }
      if (++files > MAX_FILES) return seen.join('\n');
      seen.push(path, String(statSync(path, { throwIfNoEntry: false })?.mtimeMs));
    }
  }
  return seen.join('\n');
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It went.
    return [];
  }
}
