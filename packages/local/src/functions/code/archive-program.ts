// A program made of an archive on this machine. It is stale when the file is written anew.
import type { Environment, EnvironmentOptions } from '../environment.ts';
import type { Program } from '../program.ts';
import { readTime } from './archive-file.ts';

export class ArchiveProgram implements Program {
  readonly #program: Program;
  readonly #path: string;
  readonly #modifiedAt: number | undefined;

  /** @param archive its file, and when that was written that the program was made of */
  constructor(
    program: Program,
    { path, modifiedAt }: { readonly path: string; readonly modifiedAt: number | undefined },
  ) {
    this.#program = program;
    this.#path = path;
    this.#modifiedAt = modifiedAt;
  }

  get root(): string {
    return this.#program.root;
  }

  open(options: EnvironmentOptions): Environment {
    return this.#program.open(options);
  }

  /** While a build replaces the file there is none for a moment: the program that is there does until then. */
  isStale(): boolean {
    const time = readTime(this.#path);
    return time !== undefined && time !== this.#modifiedAt;
  }

  hold(): void {
    this.#program.hold();
  }

  async release(): Promise<void> {
    await this.#program.release();
  }
}
