// The JDK of this machine that runs functions in Java: that of JAVA_HOME, else the one whose `javac` is on the PATH.
import { readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isExecutable } from '../process/is-executable.ts';

export interface Jdk {
  /** Absolute; of one JDK. */
  readonly java: string;
  readonly javac: string;
  /** `17.0.15`, as its file `release` says. */
  readonly version: string | undefined;
}

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** Returns `undefined` when there is none. Nothing is run for it. */
export function findJdk({ JAVA_HOME, PATH }: NodeJS.ProcessEnv = process.env): Jdk | undefined {
  const folders = [...(JAVA_HOME ? [join(JAVA_HOME, 'bin')] : []), ...(PATH ?? '').split(delimiter).filter(Boolean)];
  for (const folder of folders) {
    const javac = join(folder, `javac${SUFFIX}`);
    if (!isExecutable(javac)) continue;
    // /usr/bin/javac is a link to the JDK of which it is.
    const bin = dirname(realpathSync(javac));
    const java = join(bin, `java${SUFFIX}`);
    if (isExecutable(java)) return { java, javac: join(bin, `javac${SUFFIX}`), version: readVersion(dirname(bin)) };
  }
  return undefined;
}

/** The version of Java that a runtime's or a JDK's name says: 8 for `java8.al2` and `1.8.0_392`, 21 for `java21`. */
export function releaseOf(name: string): number {
  return Number(/^(?:java)?(?:1\.)?(\d+)/.exec(name)?.[1]);
}

/** Source: JEP 223 and the file itself, a list of `NAME="value"`. */
function readVersion(home: string): string | undefined {
  try {
    return /^JAVA_VERSION="(.+)"$/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
