// Opens a page in the browser of whoever sits before this machine.
import { spawn } from 'node:child_process';
import { line } from '../../printing/line.ts';
import { say } from '../terminal.ts';

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  // The empty argument is the window's title.
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens a file or an address; does nothing in CI, and where there is no desktop. */
export function openInBrowser(page: string): void {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env as Record<string, string | undefined>;
  if (CI || (process.platform === 'linux' && !(DISPLAY ?? WAYLAND_DISPLAY))) return;
  const [command = '', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, page], { stdio: 'ignore', detached: true });
  child.once('error', () => say(line`earwitness: ${command} is not here; open the page yourself.`));
  child.unref();
}
