// The files of the contracts on disk. A file is written beside its place and renamed, so that a reader finds the old
// one or the new one, and it is written only when it would change.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { ContractsConfig } from '../config.ts';
import { printEventMap } from './event-map.ts';
import { type Contracts, parseLock, printLock } from './lock.ts';

/** Absolute paths. */
export interface ContractFiles {
  readonly lock: string;
  /** Where the types go; absent when none are wanted. */
  readonly types?: string;
}

/** The files that a configuration names, from the folder it lies in. */
export function contractFiles({ lock, types }: ContractsConfig, folder: string): ContractFiles {
  return { lock: resolve(folder, lock), ...(types === undefined ? {} : { types: resolve(folder, types) }) };
}

/**
 * What the lock file says; undefined when there is none.
 * @throws ConfigurationError naming the place that is wrong
 */
export function readLock({ lock }: ContractFiles): Contracts | undefined {
  const text = readText(lock);
  return text === undefined ? undefined : parseLock(text, relative(process.cwd(), lock));
}

/** The files whose text would be another for these contracts, with that text. */
export function staleFiles({ lock, types }: ContractFiles, contracts: Contracts): ReadonlyMap<string, string> {
  const texts: [string, string][] = [[lock, printLock(contracts)]];
  if (types !== undefined) texts.push([types, printEventMap(contracts, basename(lock))]);
  return new Map(texts.filter(([file, text]) => readText(file)?.replaceAll('\r\n', '\n') !== text));
}

/** Writes each text to its file. */
export function writeFiles(texts: ReadonlyMap<string, string>): void {
  for (const [file, text] of texts) {
    const beside = join(dirname(file), `.${basename(file)}.${process.pid}`);
    writeFileSync(beside, text);
    renameSync(beside, file);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
