// The files of a folder with evidence. Test processes that close subscriptions of one test file at the same moment take
// turns, so that no line is lost; what is written stands beside its place first, so that a full disk leaves the file of
// before and no half a page. A run that has a name (EARWITNESS_RUN, set by `earwitness exec`) begins each of its files
// from scratch.
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wallClock } from '../hearing/clock.ts';
import { type Evidence, type ParsedEvidence, parseEvidence } from './evidence.ts';
import { renderPage } from './page.ts';

/**
 * How often a process that waits for its turn asks again, and when it takes it from one that must have died, ms. Ours.
 */
const ASK_AGAIN_MS = 10;
const DEAD_AFTER_MS = 10_000;

/** The journal of the cloud of a whole run, which lies beside the evidence: for the console. */
export const JOURNAL_FILE = 'journal.ndjson';

/** One test file's evidence. */
export interface EvidenceFile extends ParsedEvidence {
  /** `test-orders.test.ts` */
  readonly name: string;
  /** Path of the NDJSON file. */
  readonly file: string;
}

/** Adds the lines of one subscription and redraws the page. */
export async function addEvidence(file: string, lines: readonly Evidence[]): Promise<void> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await mkdir(dirname(file), { recursive: true });
  await withLock(file, async () => {
    const before = await readFile(file, 'utf8').catch(() => '');
    const whole = isOfAnotherRun(before, lines) ? text : before + text;
    await replaceFile(file, whole);
    await drawPage(file, parseEvidence(whole));
  });
}

/** Draws the page beside an NDJSON file; its path. */
export async function drawPage(file: string, parsed: ParsedEvidence): Promise<string> {
  const page = file.replace(/\.ndjson$/, '.html');
  await replaceFile(page, renderPage(basename(file, '.ndjson'), parsed));
  return page;
}

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${crypto.randomUUID()}.draft`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The evidence in a folder, in the order of names; undefined when there is no such folder. Other files are ignored. */
export async function readFolder(folder: string): Promise<readonly EvidenceFile[] | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  const files = names?.filter((name) => name.endsWith('.ndjson') && name !== JOURNAL_FILE).sort();
  if (!files) return undefined;
  const read = files.map(async (name): Promise<EvidenceFile> => {
    const file = join(folder, name);
    return { name: basename(name, '.ndjson'), file, ...parseEvidence(await readFile(file, 'utf8')) };
  });
  return (await Promise.all(read)).filter(({ evidence }) => evidence.length > 0);
}

/** Only a run with a name can recognize that the file is of another run. */
function isOfAnotherRun(text: string, lines: readonly Evidence[]): boolean {
  const run = runOf(lines);
  if (run === undefined || text === '') return false;
  return runOf(parseEvidence(text.slice(0, text.indexOf('\n') + 1)).evidence) !== run;
}

function runOf(lines: readonly Evidence[]): string | undefined {
  return lines.find((line) => line.kind === 'subscription')?.run;
}

/** Runs `work` while no other process works on the file. */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const lock = `${file}.lock`;
  while (!(await tryLock(lock))) await new Promise<void>((resolve) => wallClock.after(ASK_AGAIN_MS, resolve));
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (wallClock.now() - mtimeMs > DEAD_AFTER_MS) await rm(lock, { force: true });
    return false;
  }
}
