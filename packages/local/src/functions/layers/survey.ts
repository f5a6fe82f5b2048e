// What there is to know of a layer's content when it is published.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunnableCode } from '../code/code.ts';
import { withTemporaryFolder } from '../code/temporary-folder.ts';
import { unpackZip } from '../code/unpack.ts';

export interface LayerSurvey {
  /** Bytes of the files of an archive; 0 for a directory, which may change. */
  readonly unpackedBytes: number;
  /** Names of Lambda extensions: executables that Lambda would start beside the function. */
  readonly extensions: readonly string[];
}

/** The layer's directory is not on this machine. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
}

/** @throws ZipError, LayerError */
export async function surveyLayer(code: RunnableCode): Promise<LayerSurvey> {
  if (code.kind === 'directory') {
    const found = await stat(code.path).catch(() => undefined);
    if (!found?.isDirectory()) throw new LayerError(`The folder of the layer is not there: ${code.path}`);
    return { unpackedBytes: 0, extensions: await findExtensions(code.path) };
  }
  return await withTemporaryFolder(async (folder) => {
    const unpackedBytes = await unpackZip(Buffer.from(code.base64, 'base64'), folder);
    return { unpackedBytes, extensions: await findExtensions(folder) };
  });
}

/** Source: docs.aws.amazon.com/lambda/latest/dg/lambda-extensions.html (`/opt/extensions/`, no subfolders). */
async function findExtensions(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'extensions'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
