// Which interpreter runs a function in Python, which of its files are looked at, and what a wrapper is given.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ProgramError } from '../program.ts';
import { archive, cleanUp, createPlatform, onCleanUp, project, start } from '../test-function.ts';
import { findInterpreter, whyNoInterpreter } from './interpreter.ts';
import { OwnFiles } from './own-files.ts';
import { hasPython, printed, pythonFiles } from './test-python.ts';

afterEach(cleanUp);

/** A folder of programs, each a shell script. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ew-test-'));
  onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Says that it is Python of this version, in the words of the question that it is asked. */
const says = (version: string) => `printf '%s\\n' "$0" ${version}`;

describe.skipIf(process.platform === 'win32')('the interpreter', () => {
  test('is of the runtime’s version where there is one, else what python3 and python are', async () => {
    const choose = async (scripts: Readonly<Record<string, string>>) => {
      const path = programs(scripts);
      const interpreter = await findInterpreter('python3.12', path);
      return interpreter && `${interpreter.name} ${interpreter.version}`;
    };
    expect([
      await choose({ 'python3.12': says('3.12.1'), python3: says('3.11.7'), python: says('3.9.1') }),
      await choose({ python3: says('3.11.7'), python: says('3.12.4') }),
      await choose({ python3: says('3.11.7'), python: says('3.9.1') }),
      // A shim of pyenv whose version is not chosen.
      await choose({
        'python3.12': 'echo "pyenv: python3.12: command not found" >&2; exit 127',
        python: says('3.13.0'),
      }),
      await choose({ python3: 'echo "too old" >&2; exit 1' }),
      await choose({}),
    ]).toEqual(['python3.12 3.12.1', 'python 3.12.4', 'python3 3.11.7', 'python 3.13.0', undefined, undefined]);
  });

  test('of a virtual environment is the environment’s own', async () => {
    const own = await findInterpreter('python3.12');
    if (!own) return;
    const folder = programs({});
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'pyvenv.cfg'), `home = ${join(own.file, '..')}\n`);
    symlinkSync(own.file, join(folder, 'bin/python3'));
    expect(await findInterpreter('python3.12', join(folder, 'bin'))).toEqual({
      ...{ name: 'python3', file: join(folder, 'bin/python3'), version: own.version },
    });
  });

  test('that is not there is to be installed', async () => {
    const { PATH } = process.env;
    onCleanUp(() => Object.assign(process.env, { PATH }));
    process.env['PATH'] = programs({});
    expect(await whyNoInterpreter('python3.13')).toBe(
      'the runtime python3.13 needs Python 3.9 or later on the PATH (install Python 3.13)',
    );
    const code = archive({ 'app.py': '' });
    await expect(start({ code, handler: 'app.handler' }, { runtime: 'python3.13' })).rejects.toEqual(
      new ProgramError('There is no Python, 3.9 or later, on the PATH.'),
    );
  });
});

describe.skipIf(!hasPython)('a function', () => {
  test('on another version than its runtime’s runs, and the journal says so once', async () => {
    const platform = createPlatform();
    const version = (await findInterpreter('python3.99'))?.version;
    const code = archive({ 'app.py': 'import sys\ndef handler(e, c):\n    return "%d.%d.%d" % sys.version_info[:3]' });
    const warnings: string[] = [];
    platform.journal.listen((fact) => fact.kind === 'warning' && warnings.push(fact.message));
    for (const name of ['one', 'two']) {
      const { invoke } = await start({ code, handler: 'app.handler' }, { name, runtime: 'python3.99' }, platform);
      expect((await invoke({})).payload).toBe(`"${version}"`);
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`Functions of the runtime python3.99 run on Python ${version} (`);
  });

  test('without a file for its handler is not made', async () => {
    await expect(pythonFiles({ 'main.py': '' }, 'src/app.handler')).rejects.toEqual(
      new ProgramError(
        "The handler's file was not found: there is no /var/task/src/app.py or /var/task/src/app/__init__.py.",
      ),
    );
  });

  test('in a package runs', async () => {
    const { invoke } = await pythonFiles({ 'shop/__init__.py': 'def handler(e, c): return __name__' }, 'shop.handler');
    expect((await invoke({})).payload).toBe('"shop"');
  });

  test('in a folder shows the folder’s own paths, and leaves nothing there', async () => {
    const code = project({ 'app.py': 'import lib\ndef handler(e, c): lib.fail()', 'lib.py': 'def fail(): 1 / 0' });
    const files = new OwnFiles(code.path, 'app.py');
    const { invoke } = await start({ code, handler: 'app.handler' }, { runtime: 'python3.12' });
    const { stackTrace } = JSON.parse((await invoke({})).payload);
    expect(stackTrace[1]).toBe(`  File "${join(code.path, 'lib.py')}", line 1, in fail\n    def fail(): 1 / 0\n`);
    expect(files.haveChanged()).toBe(false);
  });

  test('starts through its wrapper, which is given the runtime’s command, the program last', async () => {
    const code = project({
      'app.py': 'import os\ndef handler(e, c): return os.environ["FROM"]',
      wrapper: '#!/bin/sh\necho "$# $1" >&2\nexport FROM=wrapper\nexec "$@"\n',
    });
    chmodSync(join(code.path, 'wrapper'), 0o755);
    const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper', PATH: '/usr/bin:/bin' };
    const { invoke } = await start({ code, handler: 'app.handler' }, { runtime: 'python3.12', variables });
    const result = await invoke({});
    expect(result.payload).toBe('"wrapper"');
    expect(printed(result)).toEqual([`3 ${(await findInterpreter('python3.12'))?.file}`]);
  });

  test('whose wrapper is missing does not start', async () => {
    const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper' };
    const { invoke } = await pythonFiles({ 'app.py': '' }, 'app.handler', { variables });
    expect(JSON.parse((await invoke({})).payload)).toMatchObject({ errorType: 'Runtime.InvalidEntrypoint' });
  });
});

describe('its own files', () => {
  test('are stale when one changes, comes or goes; what pip installed and what is no Python does not matter', () => {
    const { path } = project({
      'src/app.py': '',
      'src/lib/deep/one.py': '',
      'tests/test_app.py': '',
      'data.json': '{}',
      'requests/api.py': '',
      'requests-2.0.dist-info/RECORD': 'requests/api.py,sha256=x,1\nrequests-2.0.dist-info/RECORD,,\n',
      '.venv/lib/two.py': '',
      'venv/pyvenv.cfg': '',
      'venv/lib/three.py': '',
    });
    let age = 0;
    const changes = (act: () => void) => {
      const files = new OwnFiles(path, 'src/app.py');
      act();
      return files.haveChanged();
    };
    const touch = (name: string) => () => utimesSync(join(path, name), ++age, age);
    const write = (name: string) => () => writeFileSync(join(path, name), '');
    expect(changes(() => {})).toBe(false);
    const matters = [
      touch('src/app.py'),
      touch('src/lib/deep/one.py'),
      write('src/lib/deep/new.py'),
      () => rmSync(join(path, 'src/lib/deep/new.py')),
      () => mkdirSync(join(path, 'src/other')),
    ];
    expect(matters.map(changes)).toEqual([true, true, true, true, true]);
    const doesNot = [
      touch('data.json'),
      touch('requests/api.py'),
      touch('.venv/lib/two.py'),
      touch('venv/lib/three.py'),
    ];
    expect([...doesNot, write('src/notes.txt'), () => mkdirSync(join(path, 'src/__pycache__'))].map(changes)).toEqual([
      ...[false, false, false, false, false, false],
    ]);
  });

  test('are a bounded number, those beside the handler first', () => {
    const names = Array.from({ length: 400 }, (_, index) => `a/module${index}.py`);
    const { path } = project(Object.fromEntries([...names, 'z/app.py'].map((name) => [name, ''])));
    const { files } = new OwnFiles(path, 'z/app.py');
    expect(files[0]).toBe(join(path, 'z/app.py'));
    expect(files.length).toBeLessThanOrEqual(250);
  });
});

// Source: docs.aws.amazon.com/lambda/latest/dg/python-layers.html, and the order of sys.path seen on python3.13.
describe.skipIf(!hasPython)('layers', () => {
  const layer = () =>
    archive({
      'python/prices.py': 'WHERE = "layer"\nPRICE = 7',
      'python/shared.py': 'WHERE = "layer"',
      'python/lib/python3.12/site-packages/rates.py': 'RATE = 2',
      'python/entry.py': 'def handler(event, context):\n    return __file__.rpartition("/")[2]',
    });

  test('are where Python looks after the function’s own code', async () => {
    const text =
      'import prices, rates, shared\ndef handler(e, c):\n    return [prices.PRICE, rates.RATE, shared.WHERE]';
    const code = archive({ 'app.py': text, 'shared.py': 'WHERE = "own"' });
    const variables = { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12' };
    const { invoke } = await start(
      { code, handler: 'app.handler', layers: [layer()] },
      { runtime: 'python3.12', variables },
    );
    expect((await invoke({})).payload).toBe('[7, 2, "own"]');
  });

  test('may hold the handler', async () => {
    const code = archive({ 'unused.txt': '' });
    const { invoke } = await start({ code, handler: 'entry.handler', layers: [layer()] }, { runtime: 'python3.12' });
    expect((await invoke({})).payload).toBe('"entry.py"');
  });

  test('may hold the wrapper that starts the runtime', async () => {
    const folder = project({ 'wrap.sh': '#!/bin/sh\nWRAPPED=yes exec "$@"\n' });
    chmodSync(join(folder.path, 'wrap.sh'), 0o755);
    const code = archive({ 'app.py': 'import os\ndef handler(e, c):\n    return os.environ.get("WRAPPED")' });
    const { invoke } = await start(
      { code, handler: 'app.handler', layers: [folder] },
      { runtime: 'python3.12', variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap.sh' } },
    );
    expect((await invoke({})).payload).toBe('"yes"');
  });
});
