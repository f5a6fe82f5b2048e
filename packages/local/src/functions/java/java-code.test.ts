// Which JDK runs functions in Java, and which code it can run. Where there is none, functions stand in; that is ours.
import { chmodSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { writeZip } from '../code/zip.ts';
import { whyNotRun } from '../runtimes.ts';
import { cleanUp, project, start } from '../test-function.ts';
import { findJdk, releaseOf } from './jdk.ts';
import { CORE_SOURCES, compile, IMPORTS, java, jdk } from './test-java.ts';

afterEach(cleanUp);

function fakeJdk(release: string): string {
  const { path } = project({ 'bin/java': '', 'bin/javac': '', release });
  for (const name of ['java', 'javac']) chmodSync(join(path, 'bin', name), 0o755);
  return path;
}

const reasonOf = (code: ReturnType<typeof project>, hasLayers = false) =>
  whyNotRun({ runtime: 'java21', code, hasLayers });

describe.skipIf(process.platform === 'win32')('the JDK', () => {
  test('is that of JAVA_HOME, else the one of which the javac on the PATH is', () => {
    const [home, other] = [fakeJdk('JAVA_VERSION="21.0.4"\n'), fakeJdk('JAVA_VERSION="1.8.0_392"\n')];
    const { path } = project({ 'empty/x': '' });
    symlinkSync(join(other, 'bin/javac'), join(path, 'javac'));
    expect(findJdk({ JAVA_HOME: home, PATH: path })).toEqual({
      java: join(home, 'bin/java'),
      javac: join(home, 'bin/javac'),
      version: '21.0.4',
    });
    expect(findJdk({ PATH: `${join(path, 'empty')}:${path}` })).toEqual({
      java: join(other, 'bin/java'),
      javac: join(other, 'bin/javac'),
      version: '1.8.0_392',
    });
    expect(findJdk({ PATH: join(path, 'empty') })).toBeUndefined();
  });

  test.each([
    ['java8.al2', 8],
    ['java25', 25],
    ['1.8.0_392', 8],
    ['17.0.15', 17],
  ])('%s is release %i of Java', (name, release) => {
    expect(releaseOf(name)).toBe(release);
  });
});

test('without a JDK, functions stand in and say what to install', async () => {
  vi.stubEnv('PATH', '');
  vi.stubEnv('JAVA_HOME', '');
  const reason = await reasonOf(project({ 'shop/Orders.class': '' }));
  vi.unstubAllEnvs();
  expect(reason).toBe('the runtime java21 needs a JDK, javac on the PATH or JAVA_HOME (install a JDK)');
});

describe.skipIf(!jdk)('code in Java', () => {
  test.each([
    ['pom.xml', '`sam build`, or `mvn package` and its JAR file as the code'],
    ['build.gradle', '`sam build`, or `gradle build` and its JAR file as the code'],
    ['notes.txt', '`sam build`'],
  ])('that holds sources and %s only stands in, and says how to build it', async (file, builds) => {
    const code = project({ [file]: '', 'src/main/java/shop/Orders.java': '', 'target/classes/shop/Orders.class': '' });
    expect(await reasonOf(code)).toBe(`there are no Java classes in ${code.path} (${builds})`);
    expect(await reasonOf(code, true)).toBeUndefined();
  });

  test.each(['Orders.class', 'shop/deep/Orders.class', 'lib/orders.jar'])('with %s runs', async (path) => {
    expect(await reasonOf(project({ [path]: '', 'pom.xml': '' }))).toBeUndefined();
  });

  // Source: docs.aws.amazon.com/lambda/latest/dg/java-layers.html
  test('finds the libraries of its layers in java/lib, after its own', async () => {
    const tax = (rate: number) =>
      compile({
        'tools/Tax.java': `package tools; public class Tax { public static int of(int n) { return n * ${rate}; } }`,
      });
    const code = compile({
      'tools/Tax.java': 'package tools; public class Tax { public static int of(int n) { return 0; } }',
      'shop/Total.java': 'package shop; public class Total { public int go(int n) { return tools.Tax.of(n); } }',
    });
    const jar = writeZip([{ path: 'tools/Tax.class', bytes: readFileSync(join(tax(3).path, 'tools/Tax.class')) }]);
    const zip = writeZip([{ path: 'java/lib/tax.jar', bytes: jar }]);
    const layers = [{ kind: 'zip', base64: Buffer.from(zip).toString('base64') } as const];
    const settings = { runtime: 'java17', memoryMb: 512, variables: { PATH: '/usr/bin:/bin' } };
    const own = await start({ code, handler: 'shop.Total::go', layers }, settings);
    expect((await own.invoke(14)).payload).toBe('0');
    rmSync(join(code.path, 'tools'), { recursive: true });
    const layered = await start({ code, handler: 'shop.Total::go', layers }, settings);
    expect((await layered.invoke(14)).payload).toBe('42');
  });

  test('is stale when it is built anew', async () => {
    const code = compile({ 'shop/Plain.java': 'package shop; public class Plain { public int go() { return 1; } }' });
    const { running, invoke } = await java(code, 'shop.Plain::go');
    expect([(await invoke({})).payload, running.program.isStale()]).toEqual(['1', false]);
    utimesSync(join(code.path, 'shop/Plain.class'), 1, 1);
    expect(running.program.isStale()).toBe(true);
  });

  test('may be a JAR file, with libraries in it by which its classes are found', async () => {
    const library = compile({
      'tools/Tax.java': 'package tools; public class Tax { public static int of(int n) { return n * 2; } }',
    });
    const code = compile({
      ...CORE_SOURCES,
      'tools/Tax.java': 'package tools; public class Tax { public static int of(int n) { return -1; } }',
      'shop/Total.java': `package shop; ${IMPORTS}
        public class Total { public int go(int n) { return tools.Tax.of(n); } }`,
    });
    const jar = writeZip([{ path: 'tools/Tax.class', bytes: readFileSync(join(library.path, 'tools/Tax.class')) }]);
    const file = join(dirname(code.path), 'total.jar');
    const entries = [
      { path: 'shop/Total.class', bytes: readFileSync(join(code.path, 'shop/Total.class')) },
      { path: 'lib/tax.jar', bytes: jar },
    ];
    writeFileSync(file, writeZip(entries));
    const { invoke } = await java({ ...code, path: file }, 'shop.Total::go');
    expect((await invoke(21)).payload).toBe('42');
  });

  test('of a later runtime than the JDK is said once, and runs if its classes load', async () => {
    const code = compile({ 'shop/Plain.java': 'package shop; public class Plain { public int go() { return 1; } }' });
    const { invoke, journal } = await java(code, 'shop.Plain::go', { runtime: 'java99' });
    expect((await invoke({})).payload).toBe('1');
    expect(journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []))).toEqual([
      `Functions of the runtime java99 run on Java ${jdk?.version} (${jdk?.java}): it does not load classes that were built for a later one.`,
    ]);
  });
});
