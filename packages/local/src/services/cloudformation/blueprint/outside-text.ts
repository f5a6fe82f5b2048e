// Text that a template or a request names and does not hold: a template, a snippet. A file of this machine is read from
// the template's folder, as `aws cloudformation package` takes it along; an object from the S3 of this cloud, for who
// may read it. What lies in a bucket of another cloud, or elsewhere in the network, is not there: whoever asks lets it
// stand in, or refuses it by name.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { Call } from '../../../call.ts';
import { type ObjectAddress, parseObjectAddress } from '../../../objects/object-address.ts';
import { isOwnAuthority, readObject } from '../../../objects/read-object.ts';
import type { Platform } from '../../../platform.ts';

export type OutsideText =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Absolute path, or the address of an object: what tells it from others. */
      readonly file: string;
      /** Absolute folder in which it lies: its own relative paths start there. Objects have none. */
      readonly directory: string | undefined;
    }
  /** It lies in another cloud's S3, or elsewhere in the network. */
  | { readonly kind: 'elsewhere'; readonly message: string; readonly mend: string }
  | { readonly kind: 'absent'; readonly message: string; readonly mend: string };

export interface OutsidePlace {
  readonly platform: Pick<Platform, 'address' | 'dispatch'>;
  /** On whose behalf objects are read. */
  readonly call: Call;
  /** Absolute path from which relative ones start. */
  readonly directory: string | undefined;
}

export async function readOutsideText(location: string, { directory, ...place }: OutsidePlace): Promise<OutsideText> {
  if (/^(s3|https?):/i.test(location)) return await readObjectText(location, place);
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
  return { kind: 'absent', message: `The file ${file} cannot be read.`, mend: await mendPath(location, file) };
}

async function mendPath(location: string, file: string): Promise<string> {
  const folder = dirname(file);
  const there = await readdir(folder).catch(() => undefined);
  if (!there) return `there is no folder ${folder}`;
  const meant = nearest(basename(file), there);
  return meant === undefined ? `write ${location}` : `did you mean ${join(dirname(location), meant)}?`;
}

/** The object that a URL names, in the S3 of this cloud or of another one; nothing for other URLs. */
export function findObject(url: string, { address }: OutsidePlace['platform']): ObjectAddress | undefined {
  return parseObjectAddress(url, (authority) => isOwnAuthority(address, authority));
}

async function readObjectText(
  location: string,
  { platform, call }: Omit<OutsidePlace, 'directory'>,
): Promise<OutsideText> {
  const found = findObject(location, platform);
  const read = found && (await readObject(platform.dispatch, found, call));
  switch (read?.kind) {
    case 'object': {
      const text = Buffer.from(read.bytes).toString('utf8');
      return { kind: 'text', text, file: `s3://${found?.bucket}/${found?.key}`, directory: undefined };
    }
    case 'refused':
      return { kind: 'absent', message: `S3 error: ${read.message}`, mend: `put the object ${location}` };
    default: {
      const mend = "put it into a bucket of this cloud, or give its path from the template's folder";
      return { kind: 'elsewhere', message: `Earwitness has no object ${location}.`, mend };
    }
  }
}

function pathOf(location: string): string | undefined {
  if (!location.startsWith('file:')) return location;
  try {
    return fileURLToPath(location);
  } catch {
    return undefined;
  }
}
