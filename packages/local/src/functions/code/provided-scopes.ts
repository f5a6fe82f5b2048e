// What Lambda's Node runtime provides, as links into the project that started the local cloud.
import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PROVIDED_SCOPES = ['@aws-sdk', '@smithy', '@aws-crypto'];

/** Links `<folder>/@aws-sdk` and its like to those of the project, as far as it has them. */
export function linkProvidedScopes(folder: string): void {
  for (const scope of PROVIDED_SCOPES) {
    const provided = findScope(process.cwd(), scope);
    if (provided !== undefined) symlinkSync(provided, join(folder, scope), 'junction');
  }
}

function findScope(start: string, scope: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', scope);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
