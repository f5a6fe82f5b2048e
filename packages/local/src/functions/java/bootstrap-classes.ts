// Our bootstrap, compiled by the JDK that runs it: once in the life of this process, when it is first needed.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolder } from '../code/temporary-folder.ts';
import { ProgramError } from '../program.ts';
import { source as binding } from './bootstrap/Binding.generated.ts';
import { source as bootstrap } from './bootstrap/Bootstrap.generated.ts';
import { source as contexts } from './bootstrap/Contexts.generated.ts';
import { source as eventNames } from './bootstrap/EventNames.generated.ts';
import { source as fault } from './bootstrap/Fault.generated.ts';
import { source as handlers } from './bootstrap/Handlers.generated.ts';
import { source as json } from './bootstrap/Json.generated.ts';
import { source as jsonWriter } from './bootstrap/JsonWriter.generated.ts';
import { source as properties } from './bootstrap/Properties.generated.ts';
import { source as runtimeApi } from './bootstrap/RuntimeApi.generated.ts';
import { source as types } from './bootstrap/Types.generated.ts';
import type { Jdk } from './jdk.ts';

/** The class with `main`. */
export const MAIN_CLASS = 'earwitness.Bootstrap';

const SOURCES: Readonly<Record<string, string>> = {
  'Binding.java': binding,
  'Bootstrap.java': bootstrap,
  'Contexts.java': contexts,
  'EventNames.java': eventNames,
  'Fault.java': fault,
  'Handlers.java': handlers,
  'Json.java': json,
  'JsonWriter.java': jsonWriter,
  'Properties.java': properties,
  'RuntimeApi.java': runtimeApi,
  'Types.java': types,
};

/** Ours: milliseconds in which a compiler is done. */
const COMPILE_MS = 120_000;

/** By the compiler's file. */
const compiled = new Map<string, Promise<string>>();

/**
 * Returns the folder of the classes, which goes when this process ends.
 * @throws ProgramError with what the compiler says
 */
export function compileBootstrap(jdk: Jdk): Promise<string> {
  const known = compiled.get(jdk.javac) ?? compile(jdk);
  compiled.set(jdk.javac, known);
  return known;
}

async function compile({ javac }: Jdk): Promise<string> {
  const { path } = createFolder();
  for (const [name, text] of Object.entries(SOURCES)) await writeFile(join(path, name), text);
  // It lives for seconds: compiling its own code better would cost more than it saves.
  const speed = ['-J-XX:+IgnoreUnrecognizedVMOptions', '-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC'];
  const args = [...speed, '-proc:none', '-encoding', 'UTF-8', '-d', path, ...Object.keys(SOURCES)];
  try {
    await promisify(execFile)(javac, args, { cwd: path, timeout: COMPILE_MS });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ProgramError(`The Java compiler ${javac} failed: ${text}`, { cause: error });
  }
  return path;
}
