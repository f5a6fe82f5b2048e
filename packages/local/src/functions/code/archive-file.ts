// An archive that lies on this machine: `CodeUri: target/orders.jar` of a template names a file, which `sam package`
// uploads as it is. A JAR file is a ZIP archive, too.
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ProgramError } from '../program.ts';
import type { Code, RunnableCode } from './code.ts';

/** The file that a directory's location names; `undefined` when it is a directory, or nothing. */
export function archiveFileOf(code: Code): string | undefined {
  return code.kind === 'directory' && readTime(code.path) !== undefined ? code.path : undefined;
}

/** The archive that the file is now. @throws ProgramError when it cannot be read */
export async function readArchiveFile(path: string): Promise<RunnableCode> {
  try {
    return { kind: 'zip', base64: (await readFile(path)).toString('base64') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProgramError(`The archive ${path} cannot be read: ${reason}`, { cause: error });
  }
}

/** When the file was written; `undefined` when there is none. */
export function readTime(path: string): number | undefined {
  try {
    const status = statSync(path);
    return status.isFile() ? status.mtimeMs : undefined;
  } catch {
    // Not there, not to be read, or a name that no file can have.
    return undefined;
  }
}
