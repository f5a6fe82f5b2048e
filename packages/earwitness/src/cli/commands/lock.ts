// `earwitness lock`: the lock file of contracts. With a command, a run of tests against the cloud that the environment
// names, after which the lock file is brought up to date; without one, the files are rewritten in their normal form.
import { basename, resolve } from 'node:path';
import { loadConfigOf } from '../../config-file.ts';
import { type ContractFiles, contractFiles, readLock, staleFiles, writeFiles } from '../../contracts/files.ts';
import { listTypes, NO_CONTRACTS } from '../../contracts/lock.ts';
import { contractMode } from '../../contracts/run.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { pathWithBin, runCommand } from '../process/child.ts';
import { printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { NO_FILES, sayLines, withContracts } from '../with-contracts.ts';

type LockOptions = Pick<CloudOptions, 'config' | 'cwd'> & { readonly update?: boolean; readonly json?: boolean };

/** Runs the command and ends with its exit code; without one, ends with 1 in CI when the files are not in order. */
export async function lock(command: readonly string[], options: LockOptions): Promise<void> {
  const files = await findFiles(options);
  if (command.length > 0) {
    if (options.json) throw new UsageError('--json tells of the files alone: leave out the command.');
    const host = { ...process.env, PATH: pathWithBin(process.env) };
    process.exitCode = await withContracts(files, options, (ours) => runCommand(command, { ...host, ...ours }));
    return;
  }
  if (options.update) throw new UsageError('--update follows what a run of tests sees: name their command after --.');
  const contracts = readLock(files) ?? NO_CONTRACTS;
  const stale = staleFiles(files, contracts);
  const names = [...stale.keys()].map((file) => basename(file));
  const count = listTypes(contracts).length;
  const isHeld = contractMode(process.env) === 'hold';
  if (!isHeld) writeFiles(stale);
  else if (names.length > 0) process.exitCode = 1;
  if (options.json) {
    const told = { lock: files.lock, types: count, written: isHeld ? [] : names, outOfOrder: isHeld ? names : [] };
    printData(JSON.stringify(told, undefined, 2));
  } else if (!isHeld) {
    const written = names.length === 0 ? '' : `; written: ${names.join(', ')}`;
    sayLines([`${basename(files.lock)}: ${count} event type${count === 1 ? '' : 's'}${written}`]);
  } else if (names.length > 0) {
    sayLines([`not as "earwitness lock" would write it, and nothing is written in CI: ${names.join(', ')}`]);
  }
}

async function findFiles(options: LockOptions): Promise<ContractFiles> {
  const loaded = await loadConfigOf(options);
  if (!loaded) throw new UsageError(`no earwitness.config.ts in ${resolve(options.cwd ?? '.')} or above it.`);
  const { config, folder } = loaded;
  if (!config.contracts) throw new UsageError(NO_FILES);
  return contractFiles(config.contracts, folder);
}
