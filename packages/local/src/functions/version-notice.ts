// Says that functions of a runtime run on another version than its name says: once in each cloud's journal.
import type { Journal } from '../journal/journal.ts';

const told = new WeakMap<Journal, Set<string>>();

/** @param runtime `python3.13` */
export function tellVersion(journal: Journal, runtime: string, message: string): void {
  const runtimes = told.get(journal) ?? new Set();
  told.set(journal, runtimes);
  if (runtimes.has(runtime)) return;
  runtimes.add(runtime);
  journal.record({ kind: 'warning', about: runtime, message });
}
