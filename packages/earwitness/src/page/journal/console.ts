// The section `Console`: where the road of the event at hand is drawn. Beside a cloud that goes on after the run
// (`earwitness dev`), an address; of a run that has its own cloud, how its saved journal is opened.
import { type Line, line } from '../../printing/line.ts';
import type { Paint } from '../../printing/paint.ts';
import { isOk, readJson, request } from '../../request.ts';

/** How long a failing test waits to hear whether there is a console, ms. Ours. */
const PATIENCE_MS = 1000;

/** What the console shows: an event, or the request without one. */
export interface ConsolePlace {
  readonly page: 'event' | 'request';
  readonly id: string;
}

/** The section's lines; none where nobody would see anything. */
export async function consoleSection(place: ConsolePlace | undefined, paint: Paint): Promise<Line[]> {
  const { EARWITNESS_URL: url, EARWITNESS_RUN: run, EARWITNESS_REPORT: folder } = process.env as Variables;
  if (!place || !url) return [];
  const route = `#/${place.page}/${encodeURIComponent(place.id)}`;
  if (run) {
    if (!folder) return [];
    const command = line`npx earwitness open ${folder}/journal.ndjson '${route}'`;
    return [line`${paint.bold('Console')}   after the run:`, line`  ${command}`];
  }
  return (await hasConsole(url)) ? [line`${paint.bold('Console')}   ${url}${route}`] : [];
}

type Variables = Readonly<Record<'EARWITNESS_URL' | 'EARWITNESS_RUN' | 'EARWITNESS_REPORT', string | undefined>>;

async function hasConsole(url: string): Promise<boolean> {
  try {
    const answer = await request(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const health = isOk(answer) ? await readJson(answer) : undefined;
    return typeof health === 'object' && health !== null && 'console' in health && health.console === true;
  } catch {
    return false;
  }
}
