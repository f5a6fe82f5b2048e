// One run of tests, from its start to its end, in any number of processes. While it lasts the lock file does not
// change: every subscription is checked against what it said before, in whatever order tests run. Subscriptions leave
// what they saw in a folder of the run; at its end the process that started the run updates the lock file. In CI
// nothing is ever written.
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { growContracts, updateContracts } from './change.ts';
import { describeDifferences } from './difference.ts';
import { type ContractFiles, readLock, staleFiles, writeFiles } from './files.ts';
import { type Contracts, joinContracts, NO_CONTRACTS, parseLock, printLock } from './lock.ts';
import type { Use } from './uses.ts';

/**
 * `grow`: new types and fields are added. `hold`: in CI, nothing is written. `update`: the lock file follows the run,
 * nothing fails.
 */
export type Mode = 'grow' | 'hold' | 'update';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError when an update is asked for in CI */
export function contractMode(environment: Environment): Mode {
  const isSet = (name: string) => !['', '0', 'false', undefined].includes(environment[name]);
  if (!isSet('EARWITNESS_UPDATE')) return isSet('CI') ? 'hold' : 'grow';
  if (!isSet('CI')) return 'update';
  throw new ConfigurationError(
    'EARWITNESS_UPDATE is set in CI, where contracts are only held to: update on a machine of your own.',
  );
}

/** What one subscription leaves in the folder of the run. */
export interface Observation {
  readonly seen: Contracts;
  readonly uses: readonly Use[];
}

/** Leaves an observation in the folder; a reader finds it whole or not at all. */
export async function leaveObservation(folder: string, { seen, uses }: Observation): Promise<void> {
  const name = join(folder, crypto.randomUUID());
  await writeFile(name, JSON.stringify({ seen: printLock(seen), uses }));
  await rename(name, `${name}.json`);
}

/** Every observation so far. */
export async function readObservations(folder: string): Promise<Observation[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => {
    const { seen, uses } = JSON.parse(text) as { seen: string; uses: readonly Use[] };
    return { seen: parseLock(seen, 'an observation'), uses };
  });
}

/** A run that has begun. */
export interface ContractRun {
  /** For the environment of the processes that run the tests. */
  readonly env: Readonly<Record<string, string>>;
  /** Updates the files and removes the folder. Resolves with what there is to say, a line each. */
  finish(): Promise<readonly string[]>;
}

/**
 * Begins a run.
 * @throws ConfigurationError for a lock file that cannot be read, before any test has run
 */
export async function beginRun(files: ContractFiles, mode: Mode): Promise<ContractRun> {
  readLock(files);
  const folder = await mkdtemp(join(tmpdir(), 'earwitness-run-'));
  return {
    env: { EARWITNESS_OBSERVED: folder, ...(mode === 'update' ? { EARWITNESS_UPDATE: '1' } : {}) },
    async finish() {
      try {
        const observations = await readObservations(folder);
        return follow(files, mode, observations.map(({ seen }) => seen).reduce(joinContracts, NO_CONTRACTS));
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

/** Synchronous from reading to writing: another run that ends at the same time comes before or after. */
function follow(files: ContractFiles, mode: Mode, seen: Contracts): string[] {
  if (seen.size === 0) return [];
  const before = readLock(files) ?? NO_CONTRACTS;
  const after = mode === 'update' ? updateContracts(before, seen) : growContracts(before, seen);
  const name = basename(files.lock);
  const differences = describeDifferences(before, after).map((line) => `  ${line}`);
  if (differences.length === 0) return [];
  if (mode === 'hold') {
    return [
      `not in ${name} yet, and nothing is written in CI: run the tests on your machine and commit it`,
      ...differences,
    ];
  }
  writeFiles(staleFiles(files, after));
  return [`${name} ${mode === 'update' ? 'says now what this run saw' : 'has grown'}: commit it`, ...differences];
}
