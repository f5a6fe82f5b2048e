// The tree of another commit, installed and built in a folder of its own and kept there: its commit's name says what is in it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

export interface BaseTree {
  readonly folder: string;
  /** The beginning of its name. */
  readonly commit: string;
}

/** @throws Error when this clone does not have the commit. */
export function prepareBaseTree(name: string): BaseTree {
  const commit = findCommit(name).slice(0, 7);
  const folder = resolve(`.bench/base-${commit}`);
  if (existsSync(folder)) return { folder, commit };
  console.log(`Installing and building ${commit} in ${folder}; the next run finds it there.\n`);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x'], { cwd: unfinished, input: archive });
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: unfinished, stdio: ['ignore', 'ignore', 'inherit'] });
  npm('ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  npm('run', '--silent', 'build');
  renameSync(unfinished, folder);
  return { folder, commit };
}

function findCommit(name: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(
      `This clone has no commit '${name}'. If it is a shallow one, \`git fetch --unshallow\` brings its history; --base <commit> names another.`,
      { cause },
    );
  }
}
