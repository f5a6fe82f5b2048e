// Whether a function's code is built: public templates hold the sources of a project in Java.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFileOf } from '../code/archive-file.ts';
import type { RunnableCode } from '../code/code.ts';
import { findJdk } from './jdk.ts';

/** The files by which a build tool knows its project, and how it builds. */
const BUILDS: Readonly<Record<string, string>> = {
  'pom.xml': 'mvn package',
  'build.gradle': 'gradle build',
  'build.gradle.kts': 'gradle build',
};

/** Folders of a project that are no part of a class path. */
const OUTSIDE = ['target', 'build', 'bin', 'src', 'node_modules'];

/** Ours: folders below each other in which classes are looked for. */
const DEPTH_MAX = 12;

/** Why a function in Java does not run here, to follow its name; of an archive nothing is known yet. */
export function whyNoJava(
  code: RunnableCode,
  { runtime, hasLayers }: { readonly runtime: string; readonly hasLayers: boolean },
): string | undefined {
  if (!findJdk()) return `the runtime ${runtime} needs a JDK, javac on the PATH or JAVA_HOME (install a JDK)`;
  if (code.kind !== 'directory' || archiveFileOf(code) !== undefined || hasLayers) return undefined;
  if (isBuilt(code.path)) return undefined;
  const [, command] = Object.entries(BUILDS).find(([name]) => existsSync(join(code.path, name))) ?? [];
  const builds =
    command === undefined ? '`sam build`' : `\`sam build\`, or \`${command}\` and its JAR file as the code`;
  return `there are no Java classes in ${code.path} (${builds})`;
}

function isBuilt(folder: string): boolean {
  return hasFile(join(folder, 'lib'), '.jar', 0) || hasFile(folder, '.class', DEPTH_MAX);
}

function hasFile(folder: string, suffix: string, depth: number): boolean {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  if (entries.some((entry) => entry.isFile() && entry.name.endsWith(suffix))) return true;
  const folders = entries.filter(
    (entry) => entry.isDirectory() && !/^\./.test(entry.name) && !OUTSIDE.includes(entry.name),
  );
  return depth > 0 && folders.some(({ name }) => hasFile(join(folder, name), suffix, depth - 1));
}
