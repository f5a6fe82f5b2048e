// Node's code, ready to run in processes: for native addons, process.chdir, and modules with a scope of their own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInspected } from '../../inspector.ts';
import { type Held, HeldFolder } from '../code/held-folder.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { type ProcessCommand, ProcessEnvironment } from '../process/process-environment.ts';
import type { Processes } from '../process/processes.ts';
import type { Program } from '../program.ts';
import { processSource } from '../runtime/process-runtime.ts';
import { type Bundle, isStale } from './bundle.ts';
import { flagsOf, startOf } from './handler-start.ts';
import { nodePathOf } from './layer-packages.ts';

export class NodeProcessProgram implements Program {
  readonly root: string;
  readonly folders: readonly Held[];
  readonly #bundle: Bundle;
  readonly #processes: Processes;
  readonly #folder = new HeldFolder();
  /** The runtime's script, with the function's in it. */
  #script: string | undefined;

  constructor(bundle: Bundle, processes: Processes) {
    this.root = bundle.root;
    this.folders = [this.#folder, ...(bundle.folder ? [bundle.folder] : [])];
    this.#bundle = bundle;
    this.#processes = processes;
  }

  open(options: EnvironmentOptions): Environment {
    const { settings } = options;
    const NODE_PATH = nodePathOf(settings.runtime, { optRoot: this.#bundle.optRoot, taskRoot: this.root });
    const variables = { NODE_PATH, ...settings.variables };
    const given = { ...options, settings: { ...settings, variables } };
    return new ProcessEnvironment(this.#commandFor(options), given, this.#processes);
  }

  isStale(): boolean {
    return isStale(this.#bundle);
  }

  #commandFor({ settings: { runtime, memoryMb } }: EnvironmentOptions): ProcessCommand {
    this.#script ??= this.#write(runtime);
    // As in Lambda's own image of Node, /var/runtime/bootstrap: the heap is nine tenths of the function's memory.
    const tenth = Math.floor(memoryMb / 10);
    const heap = [`--max-old-space-size=${memoryMb - tenth}`, `--max-semi-space-size=${Math.floor(tenth / 2)}`];
    return {
      file: process.execPath,
      args: [
        ...flagsOf(runtime),
        ...heap,
        // Each process has an inspector of its own, and says where.
        ...(isInspected() ? ['--inspect=127.0.0.1:0'] : []),
        this.#script,
      ],
      workingDirectory: this.root,
      writesMessages: true,
    };
  }

  #write(runtime: string): string {
    const path = join(this.#folder.path, 'index.cjs');
    writeFileSync(path, processSource({ ...startOf(this.#bundle, runtime), runtimeFile: path }));
    return path;
  }
}
