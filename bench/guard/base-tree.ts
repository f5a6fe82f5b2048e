// The tree of another commit, installed and built in a folder of its own and kept there: its commit's name says what is in it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** The short name of a commit; `undefined` when this clone does not have it. */
export function findCommit(name: string): string | undefined {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return status === 0 ? stdout.toString().slice(0, 7) : undefined;
}

/** @returns the folder of the built tree. */
export function prepareBaseTree(commit: string): string {
  const folder = resolve(`.bench/base-${commit}`);
  if (existsSync(folder)) return folder;
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
  return folder;
}
