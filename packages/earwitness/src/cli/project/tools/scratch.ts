// A folder for what a run needs on disk: what the CDK synthesised, archives that were unpacked.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackZip } from '@earwitness/local';
import { UsageError } from '../../usage-error.ts';

export interface Scratch {
  /** Absolute; made when it is first asked for. */
  readonly folder: string;
  /** The folder with an archive's files. Each archive is unpacked once. @throws UsageError */
  unpack(archive: string): Promise<string>;
  /** Removes the folder. */
  remove(): void;
}

export function createScratch(): Scratch {
  let made: string | undefined;
  const unpacked = new Map<string, Promise<string>>();
  const folder = () => (made ??= mkdtempSync(join(tmpdir(), 'earwitness-project-')));
  const unpackInto = async (archive: string, target: string) => {
    mkdirSync(target);
    try {
      await unpackZip(await readFile(archive), target);
    } catch (cause) {
      throw new UsageError(`${archive} cannot be unpacked: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
    return target;
  };
  return {
    get folder() {
      return folder();
    },
    unpack(archive) {
      const begun = unpacked.get(archive) ?? unpackInto(archive, join(folder(), `archive-${unpacked.size}`));
      unpacked.set(archive, begun);
      return begun;
    },
    remove() {
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
    },
  };
}
