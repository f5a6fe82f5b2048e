// Packages that a function in Python needs and that are not installed.
// Source: pip's documentation, "Requirements File Format"; PEP 508 (markers), PEP 503 (names).
import { join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, project } from '../test-function.ts';
import { findInterpreter } from './interpreter.ts';
import { reportInlinePython, reportPythonCode } from './requirements.ts';
import { hasPython } from './test-python.ts';

afterEach(cleanUp);

const asked = { layers: [], handler: 'app.handler', runtime: 'python3.12' };
const DESCRIPTION = 'Metadata-Version: 2.1\nName: Ew_Installed\nVersion: 1.0\n';

/** The report, with the folder's path as `src` and the interpreter's name as `python`. */
async function reportOf(files: Readonly<Record<string, string>>) {
  const code = project({ 'app.py': '', ...files });
  const { errors, missing } = await reportPythonCode(code, asked);
  const name = (await findInterpreter(asked.runtime))?.name ?? '';
  const shown = (text: string) =>
    text.replaceAll(relative(process.cwd(), code.path), 'src').replace(`${name} -m`, 'python -m');
  return {
    errors: errors.map((error) => error.replaceAll(code.path, 'src')),
    missing: missing.map((one) => ({ name: shown(one.name), command: shown(one.command) })),
  };
}

describe.skipIf(!hasPython)('requirements.txt', () => {
  test('names what is to be installed, one command for all', async () => {
    const report = await reportOf({ 'requirements.txt': 'ew-absent==1.0\nEw_Other[extra] >= 2, < 3\n' });
    expect(report).toEqual({
      errors: [],
      missing: [
        {
          name: `ew-absent, Ew_Other of ${join('src', 'requirements.txt')}`,
          command: `python -m pip install -r ${join('src', 'requirements.txt')}`,
        },
      ],
    });
  });

  test('a package beside the code is installed, however its name is written', async () => {
    const files = { 'requirements.txt': 'ew.installed\n', 'ew_installed-1.0.dist-info/METADATA': DESCRIPTION };
    expect(await reportOf(files)).toEqual({ errors: [], missing: [] });
  });

  const LINES: readonly (readonly [line: string, isMissing: boolean])[] = [
    ['ew-absent', true],
    ['ew-absent # a comment', true],
    ['  ew-absent~=1.4.2', true],
    ['ew-absent==1.0 --hash=sha256:0123', true],
    ['ew-absent==1.0 \\\n    --hash=sha256:0123', true],
    ['ew-absent[a,b]==1.*', true],
    ['ew-absent; python_version >= "3.9"', true],
    ['ew-absent; python_version < "3.10" or python_version >= "3.10"', true],
    ['ew-absent ; (python_full_version > "3.8.20" and os_name != "none")', true],
    ['ew-absent; python_version ~= "3.1"', true],
    ['ew-absent; python_version < "3.9"', false],
    ['ew-absent; python_version < "3.10" and python_version >= "3.10"', false],
    ['ew-absent; sys_platform == "no system"', false],
    ['ew-absent; extra == "dev"', false],
    ['ew-absent; "no system" in sys_platform', false],
    ['# ew-absent', false],
    ['', false],
    ['-e ./ew-absent', false],
    ['-r other.txt', false],
    ['--index-url https://example.com/simple', false],
    ['git+https://example.com/ew-absent.git', false],
    ['ew-absent @ https://example.com/ew-absent.whl', false],
    ['./wheels/ew_absent-1.0-py3-none-any.whl', false],
  ];
  test('comments, versions, extras and markers are understood; addresses and options are left to pip', async () => {
    const lines = LINES.map(([line], index) => line.replaceAll('ew-absent', `ew-absent-${index}`));
    const { missing } = await reportOf({ 'requirements.txt': lines.join('\n') });
    const named = missing.flatMap(({ name }) => name.replace(/ of .*/, '').split(', '));
    const found = LINES.map(([line], index) => [line, named.includes(`ew-absent-${index}`)]);
    expect(found).toEqual(LINES);
  });
});

describe.skipIf(!hasPython)('a function of the machine’s own Python', () => {
  test('has to have a file for its handler', async () => {
    expect((await reportOf({ 'app.py': '' })).errors).toEqual([]);
    const code = project({ 'main.py': '' });
    expect(await reportPythonCode(code, asked)).toEqual({
      errors: [
        `The handler's file was not found: there is no ${join(code.path, 'app.py')} or ${join(code.path, 'app/__init__.py')}.`,
      ],
      missing: [],
    });
  });

  test('is doubted where its file does not have it', async () => {
    const code = project({ 'app.py': 'def lambda_handler(event, context):\n  return 1\n' });
    expect((await reportPythonCode(code, asked)).doubt).toEqual({
      message: 'app.py has no handler',
      mend: 'did you mean lambda_handler?',
    });
    const { errors } = await reportInlinePython('def handler(event, context): pass', asked);
    expect(errors).toEqual([
      "The handler's file was not found: code in a template is index.py, and the handler is 'app.handler'.",
    ]);
  });

  test('may import what Lambda brings along when it is installed here', async () => {
    // Whether it is depends on the machine: the two ways to ask agree.
    const code = { ...asked, handler: 'index.handler' };
    const inline = await reportInlinePython('import json, os\nimport boto3\nhandler = print\n', code);
    const { missing } = await reportOf({ 'src/orders.py': 'from boto3 import client\n' });
    expect(missing.map(({ name }) => name)).toEqual(inline.missing.map(({ name }) => name));
    expect(await reportInlinePython('import json\nhandler = print\n', code)).toEqual({ errors: [], missing: [] });
  });
});
