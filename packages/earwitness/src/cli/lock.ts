// `earwitness lock`: the lock file of contracts. With a command, a run of tests against whatever cloud the environment names, at whose end
// the lock file follows; without, the files are put in order as they would be written.
import { basename, resolve } from 'node:path';
import { loadConfigOf } from '../config-file.ts';
import { type ContractFiles, contractFiles, readLock, staleFiles, writeFiles } from '../contracts/files.ts';
import { listTypes, NO_CONTRACTS } from '../contracts/lock.ts';
import { beginRun, contractMode } from '../contracts/run.ts';
import { line } from '../printing/line.ts';
import { pathWithBin, runCommand } from './child.ts';
import type { CloudOptions } from './cloud-options.ts';
import { say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type LockOptions = Pick<CloudOptions, 'config' | 'cwd'> & { readonly update?: boolean };

/** Runs the command and ends with its exit code; without one, ends with 1 in CI when the files are not in order. */
export async function lock(command: readonly string[], options: LockOptions): Promise<void> {
  const files = await findFiles(options);
  if (command.length > 0) {
    const host = { ...process.env, PATH: pathWithBin(process.env) };
    process.exitCode = await withContracts(files, options, (ours) => runCommand(command, { ...host, ...ours }));
    return;
  }
  if (options.update) throw new UsageError('--update follows what a run of tests sees: name their command after --.');
  const contracts = readLock(files) ?? NO_CONTRACTS;
  const stale = staleFiles(files, contracts);
  const names = [...stale.keys()].map((file) => basename(file)).join(', ');
  if (contractMode(process.env) !== 'hold') {
    writeFiles(stale);
    const count = listTypes(contracts).length;
    sayLines([
      `${basename(files.lock)}: ${count} event type${count === 1 ? '' : 's'}${names && `; written: ${names}`}`,
    ]);
  } else if (names !== '') {
    sayLines([`not as "earwitness lock" would write it, and nothing is written in CI: ${names}`]);
    process.exitCode = 1;
  }
}

/**
 * A run of tests, at whose end the lock file follows what they saw.
 * @param run is given what the tests' environment needs
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

const NO_FILES = "the configuration names no contracts; give it: contracts: { lock: 'events.lock.json' }";

async function findFiles(options: LockOptions): Promise<ContractFiles> {
  const loaded = await loadConfigOf(options);
  if (!loaded) throw new UsageError(`no earwitness.config.ts in ${resolve(options.cwd ?? '.')} or above it.`);
  const { config, folder } = loaded;
  if (!config.contracts) throw new UsageError(NO_FILES);
  return contractFiles(config.contracts, folder);
}

/** Tells a person; what is indented belongs to the line before. */
export function sayLines(texts: readonly string[]): void {
  say(...texts.map((text) => (text.startsWith(' ') ? line`${text}` : line`earwitness: ${text}`)));
}
