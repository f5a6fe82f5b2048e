// In GitHub Actions a failed wait stands where people look: beside its line in the changed files (an annotation), and
// on the run's own page (the job summary, the whole failure page). Format:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions, read 2026-11-22; the escaping is that
// of @actions/core.
import { appendFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { firstPlace, type Place } from '../page/code-frame.ts';
import { line } from '../printing/line.ts';
import { withoutPaint } from '../printing/paint.ts';

/** A wait that failed. */
export interface FailedWait {
  readonly title: string;
  /** Stack frames of the caller. */
  readonly frames: string;
  /** The failure page. */
  readonly page: string;
}

/** What was reported already. A runner that tries a test again fails with the same page. */
const reported = new Set<string>();

/** Reports failed waits; undefined outside of GitHub Actions, or when annotations are off. */
export function createGithubReporter(
  environment: NodeJS.ProcessEnv,
  write: (text: string) => void = (text) => process.stdout.write(text),
): ((failure: FailedWait) => void) | undefined {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE, VITEST, EARWITNESS_ANNOTATIONS } =
    environment as Record<string, string | undefined>;
  if (GITHUB_ACTIONS !== 'true' || EARWITNESS_ANNOTATIONS === 'off') return undefined;
  return ({ title: words, frames, page }) => {
    const title = showControls(words);
    const place = firstPlace(frames);
    const file = place && relative(GITHUB_WORKSPACE ?? process.cwd(), place.file).replaceAll('\\', '/');
    const text = withoutPaint(page);
    const key = `${file}:${place?.line} ${text.split('\n')[0]}`;
    if (reported.has(key)) return;
    reported.add(key);
    // Vitest annotates by itself, with the same page.
    if (VITEST === undefined) write(annotation(title, text, place && { ...place, file: file ?? place.file }));
    if (GITHUB_STEP_SUMMARY) summarize(GITHUB_STEP_SUMMARY, file && `${file}:${place?.line}`, { title, text });
  };
}

function annotation(title: string, text: string, place: Place | undefined): string {
  const properties = {
    ...(place ? { file: place.file, line: String(place.line), col: String(place.column) } : {}),
    title: cut(`${title}: ${text.split('\n')[0]}`, 200),
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  // Whatever was printed last may not have ended its line, and a command begins one.
  return `\n::error ${list.join(',')}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Bytes of a step's summary that we fill at most: GitHub refuses all of it above 1 MiB. */
const SUMMARY_BYTES = 900_000;

function summarize(file: string, place: string | undefined, { title, text }: { title: string; text: string }): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const fence = '`'.repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
  const where = place === undefined ? '' : ` at \`${place}\``;
  const part = `### ✗ ${title.replaceAll(/[\\`*_<>[\]#]/g, '\\$&')}${where}\n\n${fence}text\n${text}\n${fence}\n\n`;
  if (size + Buffer.byteLength(part) > SUMMARY_BYTES) return;
  try {
    appendFileSync(file, part);
  } catch (error) {
    process.emitWarning(String(line`the job's summary cannot be written: ${String(error)}`), {
      type: 'EarwitnessWarning',
    });
  }
}
