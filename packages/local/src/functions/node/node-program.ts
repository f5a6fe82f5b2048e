// Node's code, ready to run: in worker threads of this process.
import type { Held } from '../code/held-folder.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import type { Program } from '../program.ts';
import type { MemoryWatch } from '../worker/memory-watch.ts';
import { FunctionWorker } from '../worker/worker.ts';
import { type Bundle, isStale } from './bundle.ts';
import { nodePathOf } from './layer-packages.ts';

export class NodeProgram implements Program {
  readonly root: string;
  readonly folders: readonly Held[];
  readonly #bundle: Bundle;
  readonly #memory: MemoryWatch;

  constructor(bundle: Bundle, memory: MemoryWatch) {
    this.root = bundle.root;
    this.folders = bundle.folder ? [bundle.folder] : [];
    this.#bundle = bundle;
    this.#memory = memory;
  }

  open(options: EnvironmentOptions): Environment {
    const { settings } = options;
    const taskRoot = this.root;
    const NODE_PATH = nodePathOf(settings.runtime, { optRoot: this.#bundle.optRoot, taskRoot });
    const worker = new FunctionWorker(this.#bundle, {
      ...options,
      settings: { ...settings, variables: { NODE_PATH, ...settings.variables } },
      onExit: () => {
        this.#memory.remove(worker);
        options.onExit();
      },
    });
    this.#memory.add(worker, options.settings.memoryMb);
    return worker;
  }

  isStale(): boolean {
    return isStale(this.#bundle);
  }
}
