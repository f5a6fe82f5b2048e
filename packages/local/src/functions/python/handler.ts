// Where the handler of a function in Python is: `src/app.handler` is `handler` of the module `src.app`, which is a file
// or a package. What the name's form is, Python itself judges when the function is loaded.
// Source: docs.aws.amazon.com/lambda/latest/dg/python-handler.html
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Files in which the handler's module may be, relative to a folder of modules; none when the name leads to no file. */
export function handlerFiles(handler: string): string[] {
  const end = handler.lastIndexOf('.');
  const module = handler.slice(0, Math.max(end, 0)).replaceAll('.', '/');
  return module === '' ? [] : [`${module}.py`, `${module}/__init__.py`];
}

/** The handler's name in its file; empty when the handler's form is none. */
export function handlerFunction(handler: string): string {
  const end = handler.lastIndexOf('.');
  return end <= 0 ? '' : handler.slice(end + 1);
}

/** The handler's file, relative to the folder among `folders` that has it. */
export function findHandlerFile(handler: string, folders: readonly string[]): string | undefined {
  return handlerFiles(handler).find((file) => folders.some((folder) => existsSync(join(folder, file))));
}
