// Where the reader is: the part of the address after `#`, so that a link leads to an event, a queue, a map.
export type Route =
  | { readonly page: 'list' | 'map' | 'queues' | 'do' }
  | { readonly page: 'event' | 'request' | 'queue'; readonly id: string };

/** Whatever leads nowhere leads to the list. */
export function parseRoute(hash: string): Route {
  const [, page = '', rest = ''] = /^#\/([a-z]*)(?:\/(.*))?$/.exec(hash) ?? [];
  const id = decode(rest);
  if ((page === 'event' || page === 'request') && id !== '') return { page, id };
  if (page === 'queues') return id === '' ? { page } : { page: 'queue', id };
  return page === 'map' || page === 'do' ? { page } : { page: 'list' };
}

/** `#/event/8c7d…` */
export function linkTo(target: Route): string {
  switch (target.page) {
    case 'list':
      return '#/';
    case 'queue':
      return `#/queues/${encodeURIComponent(target.id)}`;
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
