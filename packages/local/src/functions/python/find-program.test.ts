// Where a name on the PATH leads. Source of what is said of pyenv: its README, "Understanding Python version selection"
// and "Understanding Shims".
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ew-test-'));
  const shim = `#!/usr/bin/env bash\nexport PYENV_ROOT="${join(folder, 'pyenv')}"\nexec pyenv exec "$0" "$@"\n`;
  for (const name of ['python3', 'python3.12', 'python3.13']) write(`pyenv/shims/${name}`, shim);
  write('pyenv/versions/3.11.7/bin/python3');
  write('pyenv/versions/3.12.1/bin/python3');
  write('pyenv/versions/3.12.1/bin/python3.12');
  write('pyenv/version', '3.11.7\n');
  write('shop/.python-version', '# of the shop\n\n3.12.1 # a remark\n3.11.7\n');
  mkdirSync(join(folder, 'shop/src'));
  write('system/python3');
  write('system/python3.13');
  write('asdf/shims/python3', '#!/bin/sh\nexec asdf exec python3 "$@"\n');
  mkdirSync(join(folder, 'folders/python3'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), 0o755);
}

interface Search {
  readonly path?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly directory?: string;
}

/** Relative to the folder. */
function find(name: string, { path = ['pyenv/shims', 'system'], env = {}, directory = '.' }: Search = {}) {
  const PATH = path.map((one) => join(folder, one)).join(':');
  const program = findProgram(name, { env: { ...env, PATH }, directory: join(folder, directory) });
  return program?.slice(folder.length + 1);
}

const cases: readonly (readonly [title: string, name: string, search: Search, program: string | undefined])[] = [
  ['leads to the first program on the PATH', 'python3', { path: ['none', 'folders', 'system'] }, 'system/python3'],
  ['that no folder has leads nowhere', 'python3.14', {}, undefined],
  ['of pyenv leads to its global version', 'python3', {}, 'pyenv/versions/3.11.7/bin/python3'],
  [
    'of pyenv leads to the version of the folder or of one around it',
    'python3',
    { directory: 'shop/src' },
    'pyenv/versions/3.12.1/bin/python3',
  ],
  [
    'of pyenv leads to the version that PYENV_VERSION names before any other',
    'python3',
    { directory: 'shop', env: { PYENV_VERSION: '3.11.7:3.12.1' } },
    'pyenv/versions/3.11.7/bin/python3',
  ],
  [
    'of pyenv leads to the first of several versions that has it',
    'python3.12',
    { env: { PYENV_VERSION: '3.11.7:3.12.1' } },
    'pyenv/versions/3.12.1/bin/python3.12',
  ],
  ['that no chosen version of pyenv has leads to the rest of the PATH', 'python3.13', {}, 'system/python3.13'],
  ['that no chosen version of pyenv has leads nowhere where nothing else has it', 'python3.12', {}, undefined],
  [
    'of pyenv leads past it where the system’s version is chosen',
    'python3',
    { env: { PYENV_VERSION: 'system:3.11.7' } },
    'system/python3',
  ],
  [
    'of pyenv leads to its shim where a version is named that is no folder',
    'python3',
    { env: { PYENV_VERSION: '3.12' } },
    'pyenv/shims/python3',
  ],
  ['of another version manager leads to its shim', 'python3', { path: ['asdf/shims', 'system'] }, 'asdf/shims/python3'],
];

test.skipIf(process.platform === 'win32').each(cases)('a name %s', (_, name, search, program) => {
  expect(find(name, search)).toBe(program);
});
