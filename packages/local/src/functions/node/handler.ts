// A function's Handler setting, `path/file.export`, and the source file that it means.
import { statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

/** `src/app.orders.create` → module `src/app`, export path `['orders', 'create']`. */
export interface Handler {
  readonly module: string;
  readonly exportPath: readonly string[];
}

/** In the order in which they are looked for: sources win over what was built beside them. */
const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs'];

/**
 * Returns `undefined` when the text is not a handler; Lambda calls that Runtime.MalformedHandlerName. A name with `..`
 * is none, wherever it stands in it. Source: aws-lambda-nodejs-runtime-interface-client, RELATIVE_PATH_SUBSTRING.
 */
export function parseHandler(text: string): Handler | undefined {
  if (text.includes('..') || text.includes('\0')) return undefined;
  const slash = text.lastIndexOf('/') + 1;
  const dot = text.indexOf('.', slash);
  if (dot <= slash || dot === text.length - 1) return undefined;
  return { module: text.slice(0, dot), exportPath: text.slice(dot + 1).split('.') };
}

/**
 * Finds the handler's source file in `directory`; with `entries`, the one that bears the handler's name, or the only
 * one there is. Returns an absolute path, or `undefined`.
 */
export function findSource(directory: string, handler: Handler, entries: readonly string[]): string | undefined {
  const entry = chooseEntry(handler, entries);
  const paths = [...(entry === undefined ? [] : [entry]), ...EXTENSIONS.map((one) => (entry ?? handler.module) + one)];
  return paths.map((path) => join(directory, path)).find(isFile);
}

/** What `findSource` looked for, for a message. */
export function describeSearch(directory: string, handler: Handler, entries: readonly string[]): string {
  const entry = chooseEntry(handler, entries);
  if (entry !== undefined && withoutExtension(entry) !== entry) return `${join(directory, entry)} (an entry point)`;
  return `${join(directory, entry ?? handler.module)}{${EXTENSIONS.join(',')}}`;
}

function chooseEntry({ module }: Handler, entries: readonly string[]): string | undefined {
  const named = entries.find((entry) => withoutExtension(basename(entry)) === posix.basename(module));
  return named ?? (entries.length === 1 ? entries[0] : undefined);
}

function withoutExtension(name: string): string {
  return name.replace(/\.[cm]?[jt]sx?$/, '');
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, behind something that is not a folder, not to be read, or a name that no file can have.
    return false;
  }
}
