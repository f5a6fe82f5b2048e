// Functions that bring their own runtime: `provided.al2`, `provided.al2023`. Lambda runs the executable `bootstrap` of
// the code, else that of a layer; it speaks the Runtime API by itself.
// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Held } from '../code/held-folder.ts';
import type { PlacedCode } from '../code/placed-code.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { ProcessEnvironment } from '../process/process-environment.ts';
import type { Processes } from '../process/processes.ts';
import type { Program } from '../program.ts';

export class ProvidedProgram implements Program {
  readonly root: string;
  readonly folders: readonly Held[];
  readonly #code: PlacedCode;
  readonly #processes: Processes;
  readonly #optRoot: string | undefined;
  readonly #modifiedAt: number | undefined;

  /** @param optRoot the folder that stands for `/opt` */
  constructor(code: PlacedCode, processes: Processes, optRoot?: string) {
    this.root = code.root;
    this.folders = code.folder ? [code.folder] : [];
    this.#optRoot = optRoot;
    this.#code = code;
    this.#processes = processes;
    this.#modifiedAt = this.#readTime();
  }

  open(options: EnvironmentOptions): Environment {
    const command = { file: this.#bootstrap, args: [], workingDirectory: this.root };
    return new ProcessEnvironment(command, options, this.#processes);
  }

  /** A program that was built again. */
  isStale(): boolean {
    return this.#code.folder === undefined && this.#readTime() !== this.#modifiedAt;
  }

  get #bootstrap(): string {
    const own = join(this.root, 'bootstrap');
    return this.#optRoot === undefined || existsSync(own) ? own : join(this.#optRoot, 'bootstrap');
  }

  #readTime(): number | undefined {
    return statSync(this.#bootstrap, { throwIfNoEntry: false })?.mtimeMs;
  }
}
