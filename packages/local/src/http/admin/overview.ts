// What a person sees who opens the admin API's address: what there is, and which requests there are. Plain on purpose;
// a program asks for `state`. A browser gets HTML, in which nothing runs and nothing is loaded; anyone else gets text.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';

/** A request of the admin API, and what it is for. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly about: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [left: string, right: string, link?: string])[];
}

export function overviewText(state: CloudState, requests: readonly AdminRequest[]): string {
  const parts = sections(state, requests).map(({ title, rows }) => {
    const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
    return [title, ...rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`.trimEnd()), ''].join('\n');
  });
  return `Earwitness, a local cloud. Its time is ${timeOf(state)}.\n\n${parts.join('\n')}`;
}

export function overviewHtml(state: CloudState, requests: readonly AdminRequest[]): string {
  const parts = sections(state, requests).map(({ title, rows }) => {
    const cells = rows.map(([left, right, link]) => {
      const name = link === undefined ? escapeHtml(left) : `<a href="${escapeHtml(link)}">${escapeHtml(left)}</a>`;
      return `<tr><th scope="row">${name}<td>${escapeHtml(right)}`;
    });
    return `<h2>${escapeHtml(title)}</h2>\n<table>\n${cells.join('\n')}\n</table>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Earwitness: local cloud</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
th { font-weight: normal; padding-right: 2rem; text-align: left; vertical-align: top; }
td { opacity: .75; }
</style>
<h1>Earwitness</h1>
<p>A local cloud. Its time is ${timeOf(state)}.</p>
${parts.join('\n')}
</html>
`;
}

function sections(state: CloudState, requests: readonly AdminRequest[]): Section[] {
  const { stacks, buses, queues, functions } = state;
  return [
    ...stacks.map(({ name, status, resources }) => ({
      title: `Stack ${name}: ${status}`,
      rows: resources.map(({ logicalId, type, standsIn, status: own }) => {
        const remarks = [...(own.endsWith('_COMPLETE') ? [] : [own]), ...(standsIn ? ['stands in'] : [])];
        return [logicalId, [type, ...remarks].join(', ')] as const;
      }),
    })),
    {
      title: 'Event buses',
      rows: buses.map(({ name, rules }) => [name, `${rules} rule${rules === 1 ? '' : 's'}`] as const),
    },
    {
      title: 'Queues',
      rows: queues.map(({ name, visible, hidden, delayed }) => {
        return [name, `messages: ${visible} visible, ${hidden} hidden, ${delayed} delayed`] as const;
      }),
    },
    { title: 'Functions', rows: functions.map(({ name, standsIn }) => [name, standsIn ?? ''] as const) },
    {
      title: 'Requests',
      rows: requests.map(({ method, path, about }) => {
        const named = `${method} ${path}`;
        return method === 'GET' ? ([named, about, path] as const) : ([named, about] as const);
      }),
    },
  ].filter(({ rows, title }) => rows.length > 0 || title.startsWith('Stack'));
}

function timeOf({ now }: CloudState): string {
  return new Date(now).toISOString();
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => ENTITIES.get(sign) ?? sign);
}
