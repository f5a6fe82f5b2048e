// `earwitness report`: draws the pages of a folder with evidence, an index when there are several, and opens what there
// is to look at.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { drawPage, type EvidenceFile, readFolder } from '../../evidence/file.ts';
import { renderIndex } from '../../evidence/index-page.ts';
import { openInBrowser } from '../console/browser.ts';
import { printData } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface ReportOptions {
  readonly open: boolean;
  readonly json?: boolean;
}

/** Prints the path of the page, or all there is as JSON. @throws UsageError when there is no evidence. */
export async function report(folder: string | undefined, options: ReportOptions): Promise<void> {
  const at = folder ?? process.env['EARWITNESS_REPORT'];
  if (!at) throw new UsageError(`which folder? earwitness report <folder>. ${HOW_TO}`);
  const files = await readFolder(resolve(at));
  if (!files) throw new UsageError(`there is no folder ${at}. ${HOW_TO}`);
  if (files.length === 0) throw new UsageError(`there is no evidence in ${at}. ${HOW_TO}`);
  const { page, pages } = await draw(resolve(at), files);
  printData(options.json ? JSON.stringify({ page, files: files.map(told(pages)) }, undefined, 2) : page);
  if (options.open) openInBrowser(page);
}

const HOW_TO = 'A run writes evidence with EARWITNESS_REPORT=<folder> in its environment.';

/** The page to look at, and that of each file. */
interface Drawn {
  readonly page: string;
  readonly pages: readonly string[];
}

async function draw(folder: string, files: readonly EvidenceFile[]): Promise<Drawn> {
  const pages: string[] = [];
  for (const one of files) pages.push(await drawPage(one.file, one));
  const [only] = pages;
  if (pages.length === 1 && only !== undefined) return { page: only, pages };
  const index = join(folder, 'index.html');
  await writeFile(index, renderIndex(files));
  return { page: index, pages };
}

/** How many of the waits in a file were met. */
function told(pages: readonly string[]): (file: EvidenceFile, index: number) => object {
  return ({ file, evidence }, index) => {
    const waits = evidence.filter((one) => one.kind === 'wait');
    const met = waits.filter(({ outcome }) => outcome === 'met').length;
    return { evidence: file, page: pages[index], waits: waits.length, met };
  };
}
