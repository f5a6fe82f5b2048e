// A function's files on this machine: a directory as it lies, or an archive unpacked into a folder that goes away with
// its last user.
import type { RunnableCode } from './code.ts';
import { createTaskFolder, type TaskFolder } from './task-folder.ts';
import { unpackZip } from './unpack.ts';

export interface PlacedCode {
  /** Where the files are. Absolute. */
  readonly root: string;
  /** Where the function believes them to be. */
  readonly shownRoot: string;
  readonly folder?: TaskFolder;
}

/** Where Lambda unpacks a function. */
const TASK_ROOT = '/var/task';

/**
 * @param packages the `node_modules` of layers, for Node; the one that wins last
 * @throws ZipError
 */
export async function placeCode(code: RunnableCode, packages: readonly string[] = []): Promise<PlacedCode> {
  if (code.kind === 'directory') return { root: code.path, shownRoot: code.path };
  const folder = await createTaskFolder(packages);
  try {
    await unpackZip(Buffer.from(code.base64, 'base64'), folder.root);
  } catch (error) {
    await folder.release();
    throw error;
  }
  return { root: folder.root, shownRoot: TASK_ROOT, folder };
}
