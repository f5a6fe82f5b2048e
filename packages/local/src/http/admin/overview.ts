// What a person sees who asks for the admin API's address in a terminal: what there is, and which requests there are.
// Plain on purpose; a program asks for `state`, a browser gets the console.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';

/** A request of the admin API, and what it is for. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly about: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [left: string, right: string])[];
}

export function overviewText(state: CloudState, requests: readonly AdminRequest[]): string {
  const parts = sections(state, requests).map(({ title, rows }) => {
    const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
    return [title, ...rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`.trimEnd()), ''].join('\n');
  });
  return `Earwitness, a local cloud. Its time is ${timeOf(state)}.\n\n${parts.join('\n')}`;
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
      rows: requests.map(({ method, path, about }) => [`${method} ${path}`, about] as const),
    },
  ].filter(({ rows, title }) => rows.length > 0 || title.startsWith('Stack'));
}

function timeOf({ now }: CloudState): string {
  return new Date(now).toISOString();
}
