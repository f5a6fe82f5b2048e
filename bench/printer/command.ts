// `earwitness dev` and `earwitness exec` on a free port, with the template of this bench: the same cloud, and only one of them prints.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../guard/child.ts';
import type { Tree } from '../guard/tree.ts';
import { template } from './template.ts';

export type Command = 'dev' | 'exec';

/** What `exec` runs: says where the cloud is, and stays until it is ended. */
const STAY = 'console.log(process.env.AWS_ENDPOINT_URL); setInterval(() => {}, 2 ** 30);';

/** @param flags of both commands */
export async function startCommand(tree: Tree, command: Command, flags: readonly string[]) {
  writeFileSync(join(tree.home, 'template.json'), JSON.stringify(template));
  const stay = command === 'exec' ? ['--', process.execPath, '-e', STAY] : [];
  const args = [command, '--port', '0', ...flags, ...stay];
  const child = startChild(tree, tree.cli, { args, cwd: tree.home });
  return { child, port: await portOf(child) };
}

// Reads on, as a terminal would.
async function portOf(child: ChildProcess): Promise<number> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended:\n${said}`)));
    child.stdout?.on('data', (chunk) => {
      if (said.length < 10_000) said += chunk;
      const [, port] = /http:\/\/127\.0\.0\.1:(\d+)\n/.exec(said) ?? [];
      if (port !== undefined && (said.startsWith('http') || said.includes('Ctrl-C stops.'))) resolve(Number(port));
    });
  });
}
