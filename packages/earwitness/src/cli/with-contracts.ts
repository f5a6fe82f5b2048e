// The contracts around a run of tests: what the tests' environment needs before, and what there is to say at the end.
import type { ContractFiles } from '../contracts/files.ts';
import { beginRun, contractMode } from '../contracts/run.ts';
import { line } from '../printing/line.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Said where a command needs the files of the contracts. */
export const NO_FILES = "the configuration names no contracts; give it: contracts: { lock: 'events.lock.json' }";

/**
 * Runs tests; afterwards the lock file is brought up to date with what they saw.
 * @param run is called with the variables that the tests' environment needs
 */
export async function withContracts(
  files: ContractFiles | undefined,
  { update = false }: { readonly update?: boolean },
  run: (env: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  if (!files) {
    if (update) throw new UsageError(NO_FILES);
    return run({});
  }
  const begun = await beginRun(files, contractMode({ ...process.env, ...(update ? { EARWITNESS_UPDATE: '1' } : {}) }));
  try {
    return await run(begun.env);
  } finally {
    sayLines(await begun.finish());
  }
}

/** Says lines on stderr; an indented one belongs to the line before. */
export function sayLines(texts: readonly string[]): void {
  say(...texts.map((text) => (text.startsWith(' ') ? line`${text}` : line`earwitness: ${text}`)));
}
