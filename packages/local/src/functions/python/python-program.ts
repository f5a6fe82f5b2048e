// A function in Python, ready to run: its files, and the interpreter that loads our bootstrap, which loads them.
import { join } from 'node:path';
import type { Held } from '../code/held-folder.ts';
import type { PlacedCode } from '../code/placed-code.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { type ProcessCommand, ProcessEnvironment } from '../process/process-environment.ts';
import type { Processes } from '../process/processes.ts';
import { type Program, ProgramError } from '../program.ts';
import type { FunctionSettings } from '../settings.ts';
import { findHandlerFile, handlerFiles } from './handler.ts';
import { OwnFiles } from './own-files.ts';

/** What starts it; both absolute. */
interface PythonStart {
  /** The interpreter. */
  readonly file: string;
  /** Our bootstrap, compiled by it. */
  readonly bootstrap: string;
}

export class PythonProgram implements Program {
  readonly root: string;
  readonly folders: readonly Held[];
  readonly #code: PlacedCode;
  /** What stands for `/opt`. */
  readonly #optRoot: string | undefined;
  readonly #start: PythonStart;
  readonly #processes: Processes;
  /** Of code that lies where its author writes it. */
  readonly #ownFiles: OwnFiles | undefined;

  /** @throws ProgramError when there is no file for the handler */
  constructor(
    {
      code,
      handler,
      optRoot,
    }: { readonly code: PlacedCode; readonly handler: string; readonly optRoot?: string | undefined },
    start: PythonStart,
    processes: Processes,
  ) {
    this.root = code.root;
    this.folders = code.folder ? [code.folder] : [];
    this.#code = code;
    this.#optRoot = optRoot;
    this.#start = start;
    this.#processes = processes;
    const expected = handlerFiles(handler);
    const file = findHandlerFile(handler, [code.root]);
    // It may be in a layer.
    if (file === undefined && expected.length > 0 && optRoot === undefined) {
      const paths = expected.map((path) => join(code.shownRoot, path)).join(' or ');
      throw new ProgramError(`The handler's file was not found: there is no ${paths}.`);
    }
    this.#ownFiles = code.folder === undefined ? new OwnFiles(code.root, file ?? '') : undefined;
  }

  open(options: EnvironmentOptions): Environment {
    return new ProcessEnvironment(this.#command(options.settings), options, this.#processes);
  }

  isStale(): boolean {
    return this.#ownFiles?.haveChanged() ?? false;
  }

  #command({ variables }: FunctionSettings): ProcessCommand {
    const { file, bootstrap } = this.#start;
    // Without -B, Python would write its bytecode among the function's files.
    const start = [file, '-B', bootstrap];
    const wrapper = variables['AWS_LAMBDA_EXEC_WRAPPER'];
    const [program = file, ...args] = wrapper === undefined ? start : [this.#placeOf(wrapper), ...start];
    const { root, shownRoot } = this.#code;
    return {
      file: program,
      args,
      workingDirectory: root,
      joinsLines: true,
      variables: {
        LC_CTYPE: 'C.UTF-8',
        ...variables,
        ...(root !== shownRoot && { EARWITNESS_SHOWN_ROOT: shownRoot }),
        ...(this.#optRoot !== undefined && { EARWITNESS_OPT: this.#optRoot }),
      },
    };
  }

  /** Where a path of Lambda's is on this machine. */
  #placeOf(path: string): string {
    if (path.startsWith('/var/task/')) return join(this.root, path.slice('/var/task/'.length));
    if (path.startsWith('/opt/') && this.#optRoot !== undefined) return join(this.#optRoot, path.slice('/opt/'.length));
    return path;
  }
}
