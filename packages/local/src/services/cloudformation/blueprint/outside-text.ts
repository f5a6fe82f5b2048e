// Text that a template names and does not hold: a nested stack's template, a snippet. A file of this machine is read,
// from the template's folder, as `aws cloudformation package` takes it along. An object in S3 is not there: whoever
// asks lets it stand in, or refuses it by name. When S3 is served, `readOutsideText` is where it is asked.
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type OutsideText =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Absolute path. */
      readonly file: string;
      /** Absolute folder in which it lies: its own relative paths start there. */
      readonly directory: string;
    }
  /** It lies in S3, or elsewhere in the network. */
  | { readonly kind: 'elsewhere'; readonly message: string; readonly mend: string }
  | { readonly kind: 'absent'; readonly message: string; readonly mend: string };

/** @param directory absolute path from which relative ones start */
export async function readOutsideText(location: string, directory: string | undefined): Promise<OutsideText> {
  if (/^(s3|https?):/.test(location)) {
    const mend = "give its path from the template's folder, as 'aws cloudformation package' takes it";
    return { kind: 'elsewhere', message: `Earwitness has no object ${location}.`, mend };
  }
  const path = pathOf(location);
  if (path === undefined) {
    const mend = 'write a path, or a file URL with a path that begins with a slash';
    return { kind: 'absent', message: `The location ${location} is no path of a file.`, mend };
  }
  if (directory === undefined && !isAbsolute(path)) {
    return {
      kind: 'absent',
      message: `The location ${location} is a relative path, and nothing says where it starts.`,
      mend: 'deploy with earwitness dev or exec, which know the folder of the template',
    };
  }
  const file = resolve(directory ?? '/', path);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return { kind: 'text', text, file, directory: dirname(file) };
  return { kind: 'absent', message: `The file ${file} cannot be read.`, mend: `write ${location}` };
}

function pathOf(location: string): string | undefined {
  if (!location.startsWith('file:')) return location;
  try {
    return fileURLToPath(location);
  } catch {
    return undefined;
  }
}
