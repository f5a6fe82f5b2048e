// `earwitness open`: the console in the browser; of a local cloud that is running, or of a saved journal, for which it
// stays.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServedJournal } from '@earwitness/local';
import { InvalidJournalError } from '@earwitness/protocol/internal/admin/saved-journal';
import { JOURNAL_FILE } from '../../evidence/file.ts';
import { wallClock } from '../../hearing/clock.ts';
import { line } from '../../printing/line.ts';
import { adminUrl } from '../cloud-options.ts';
import { openInBrowser } from '../console/browser.ts';
import { CONSOLE_PAGE } from '../console/page-file.ts';
import { listenForInterruption } from '../process/interruption.ts';
import { askAdmin } from '../running/admin.ts';
import { printData, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface OpenOptions {
  readonly open: boolean;
  readonly port?: string;
}

/**
 * Prints the console's address and opens it.
 * @param places a file with a saved journal, or the folder that it lies in; a route of the console, `#/queues`
 * @throws UsageError when no local cloud answers, or the file is none
 */
export async function open(places: readonly string[], options: OpenOptions): Promise<void> {
  const route = places.find((place) => place.startsWith('#/')) ?? '';
  const [file, ...others] = places.filter((place) => !place.startsWith('#'));
  const wrong = others[0] ?? places.find((place) => place.startsWith('#') && place !== route);
  if (wrong !== undefined) {
    throw new UsageError(`open takes a saved journal and a route of the console, such as '#/queues', not '${wrong}'.`);
  }
  if (file !== undefined) return openSaved(file, route, options);
  const url = adminUrl(options.port);
  await askAdmin(url, 'health');
  show(`${url}${route}`, options);
}

function show(page: string, options: OpenOptions): void {
  printData(page);
  if (options.open) openInBrowser(page);
}

/** Serves the file until Ctrl-C. */
async function openSaved(place: string, route: string, options: OpenOptions): Promise<void> {
  using interruption = listenForInterruption(wallClock);
  await using served = await serve(place, options);
  const { facts, unreadable } = served;
  const rest = unreadable === 0 ? '' : `, ${unreadable} lines of it cannot be read`;
  say(line`a saved journal with ${facts} facts${rest}; Ctrl-C ends it`);
  show(`${served.url}/_earwitness${route}`, options);
  await interruption.interrupted;
}

async function serve(place: string, { port }: OpenOptions): Promise<ServedJournal> {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536)) {
    throw new UsageError(`--port takes a number from 0 to 65535, not '${port}'.`);
  }
  const found = await stat(place).catch(() => undefined);
  const file = found?.isDirectory() ? join(place, JOURNAL_FILE) : place;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`there is no file ${file}. ${HOW_TO}`, { cause });
  });
  const { serveSavedJournal } = await import('@earwitness/local');
  try {
    return await serveSavedJournal({ text, console: CONSOLE_PAGE, ...(port !== undefined && { port: Number(port) }) });
  } catch (error) {
    if (error instanceof InvalidJournalError) {
      throw new UsageError(`${file} is no saved journal. ${error.message} ${HOW_TO}`, { cause: error });
    }
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new UsageError(`port ${port} is in use. Choose another --port, or leave it out for a free one.`, {
        cause: error,
      });
    }
    throw error;
  }
}

const HOW_TO =
  "earwitness exec saves a journal with EARWITNESS_REPORT=<folder>; a route of the console begins with '#/'.";
