// Where the reader is: the part of the address after `#`, so that a link leads to an event, a queue, a map.
export type Route =
  | { readonly page: 'list' | 'map' | 'queues' | 'do' }
  /** `node`: of the map. `prefilled`: what to do, with an event to send again, or the ARN of what to do it with. */
  | { readonly page: 'event' | 'request' | 'queue' | 'node' | 'prefilled'; readonly id: string }
  /** `id`: what was asked for, as it stands in the address. */
  | { readonly page: 'nowhere'; readonly id: string };

/** No address at all leads to the list; one that leads nowhere is told of. */
export function parseRoute(hash: string): Route {
  const [, page = '', rest = ''] = /^#\/([a-z]*)(?:\/(.*))?$/.exec(hash) ?? [];
  const id = decode(rest);
  if ((page === 'event' || page === 'request') && id !== '') return { page, id };
  if (/^#?\/?$/.test(hash)) return { page: 'list' };
  if (page !== 'map' && page !== 'queues' && page !== 'do') return { page: 'nowhere', id: decode(hash) };
  return id === '' ? { page } : { page: WITH_ID[page], id };
}

const WITH_ID = { map: 'node', queues: 'queue', do: 'prefilled' } as const;

/** The page whose part a page is: itself, when it is nobody's. */
export function pageAbove({ page }: Route): 'list' | 'map' | 'queues' | 'do' {
  switch (page) {
    case 'node':
      return 'map';
    case 'queue':
      return 'queues';
    case 'prefilled':
      return 'do';
    case 'event':
    case 'request':
    case 'nowhere':
      return 'list';
    default:
      return page;
  }
}

/** `#/event/8c7d…` */
export function linkTo(target: Route): string {
  switch (target.page) {
    case 'list':
      return '#/';
    case 'queue':
    case 'node':
    case 'prefilled':
      return `#/${pageAbove(target)}/${encodeURIComponent(target.id)}`;
    case 'nowhere':
      return target.id;
    case 'event':
    case 'request':
      return `#/${target.page}/${encodeURIComponent(target.id)}`;
    default:
      return `#/${target.page}`;
  }
}

/** The page of a row: that of an event, or of anything else that came from outside. */
export function linkToRow({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return linkTo({ page: kind === 'event' ? 'event' : 'request', id });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
