// A function in Java, ready to run: its classes, and the JVM that loads our bootstrap, which loads them.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Held } from '../code/held-folder.ts';
import type { PlacedCode } from '../code/placed-code.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { type ProcessCommand, ProcessEnvironment } from '../process/process-environment.ts';
import type { Processes } from '../process/processes.ts';
import type { Program } from '../program.ts';
import { MAIN_CLASS } from './bootstrap-classes.ts';

/** Ours, as Lambda's is known to be: the part of a function's memory that Java's heap may take. */
const HEAP_SHARE = 0.85;

export class JavaProgram implements Program {
  readonly root: string;
  readonly folders: readonly Held[];
  readonly #code: PlacedCode;
  readonly #java: string;
  readonly #classes: string;
  readonly #processes: Processes;
  readonly #layers: readonly string[];
  /** What a build writes anew: its folder, its libraries, the class of the handler. */
  readonly #watched: readonly string[];
  readonly #modifiedAt: string;

  constructor(
    {
      code,
      handler,
      optRoot,
    }: {
      readonly code: PlacedCode;
      readonly handler: string;
      /** Where /opt is, of a function with layers. */
      readonly optRoot: string | undefined;
    },
    { java, classes }: { readonly java: string; readonly classes: string },
    processes: Processes,
  ) {
    this.root = code.root;
    this.folders = code.folder ? [code.folder] : [];
    this.#code = code;
    this.#java = java;
    this.#classes = classes;
    this.#processes = processes;
    this.#layers = optRoot === undefined ? [] : [optRoot];
    const [className = ''] = handler.split('::');
    this.#watched = ['.', 'lib', `${className.replaceAll('.', '/')}.class`];
    this.#modifiedAt = this.#readTimes();
  }

  open(options: EnvironmentOptions): Environment {
    return new ProcessEnvironment(this.#command(options.settings.memoryMb), options, this.#processes);
  }

  isStale(): boolean {
    return this.#code.folder === undefined && this.#readTimes() !== this.#modifiedAt;
  }

  #command(memoryMb: number): ProcessCommand {
    const args = [
      // A JVM that is not HotSpot has other names for these.
      '-XX:+IgnoreUnrecognizedVMOptions',
      `-Xmx${Math.floor(memoryMb * HEAP_SHARE)}m`,
      '-XX:+UseSerialGC',
      // Lambda's own choice since java17: what lives shortly is not worth the second compiler.
      '-XX:TieredStopAtLevel=1',
      '-Dfile.encoding=UTF-8',
      '-Djava.net.preferIPv4Stack=true',
      ...['-cp', this.#classes, MAIN_CLASS, this.root, ...this.#layers],
    ];
    return { file: this.#java, args, workingDirectory: this.root, joinsLines: true };
  }

  #readTimes(): string {
    const times = this.#watched.map((path) => statSync(join(this.root, path), { throwIfNoEntry: false })?.mtimeMs);
    return times.join(' ');
  }
}
