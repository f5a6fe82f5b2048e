// The page: where the reader is, and what stands around it.
import { DoPage } from './doing/do-page.tsx';
import { here } from './here.ts';
import { changes, connection, memory } from './journal/live.ts';
import { ListPage } from './list/list-page.tsx';
import { MapPage } from './map/map-page.tsx';
import { Nowhere } from './nowhere.tsx';
import { QueuesPage } from './queues/queues-page.tsx';
import { RoadPage } from './road/road-page.tsx';
import { linkTo, pageAbove, type Route } from './route.ts';
import { savedAt } from './saved.ts';

interface PlaceOfPage {
  readonly name: string;
  readonly target: Route;
  readonly key: string;
}

const DO: PlaceOfPage = { name: 'Do', target: { page: 'do' }, key: '4' };

const PLACES: readonly PlaceOfPage[] = [
  { name: 'Live', target: { page: 'list' }, key: '1' },
  { name: 'Map', target: { page: 'map' }, key: '2' },
  { name: 'Queues', target: { page: 'queues' }, key: '3' },
  ...(savedAt === undefined ? [DO] : []),
];

export function App() {
  return (
    <>
      <header class="top">
        <a class="brand" href={linkTo({ page: 'list' })}>
          Earwitness
        </a>
        <nav aria-label="Pages">
          {PLACES.map(({ name, target }) => (
            <a key={name} href={linkTo(target)} aria-current={isAt(target) ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <Connection />
      </header>
      <BadDays />
      <Place />
    </>
  );
}

function Place() {
  const at = here.value;
  switch (at.page) {
    case 'event':
    case 'request':
      return <RoadPage />;
    case 'map':
      return <MapPage />;
    case 'node':
      return <MapPage id={at.id} />;
    case 'queues':
      return <QueuesPage />;
    case 'queue':
      return <QueuesPage id={at.id} />;
    case 'do':
      return <DoPage />;
    case 'prefilled':
      return <DoPage key={at.id} id={at.id} />;
    case 'nowhere':
      return <Nowhere id={at.id} />;
    default:
      return <ListPage />;
  }
}

/** An event stands in the list, a queue among the queues. */
function isAt({ page }: Route): boolean {
  return here.value.page !== 'nowhere' && pageAbove(here.value) === page;
}

function Connection() {
  const state = connection.value;
  const text = {
    open: savedAt === undefined ? 'live' : 'saved journal',
    connecting: 'connecting …',
    asleep: 'not connected',
  }[state];
  return (
    <span class={`connection ${state}`} role="status">
      {text}
    </span>
  );
}

/** What makes the page tell less than the truth is said on the page. */
function BadDays() {
  changes.value;
  if (connection.value === 'asleep') {
    return (
      <p class="bad-day" role="alert">
        The local cloud does not answer. What you see is what was known; the page goes on by itself when it is back.
        {unreadableText(memory.unreadable)}
      </p>
    );
  }
  if (savedAt !== undefined) return <Saved at={savedAt} />;
  const { missed, unreadable } = memory;
  if (missed === 0 && unreadable === 0) return null;
  return (
    <p class="bad-day" role="alert">
      {missed > 0 && (
        <>
          The journal dropped {missed} facts before this page could read them: some roads have holes. A larger journal:{' '}
          <code>earwitness dev --journal-mb</code>.
        </>
      )}{' '}
      {unreadableText(unreadable)}
    </p>
  );
}

function Saved({ at }: { readonly at: number }) {
  return (
    <p class="bad-day" role="status">
      A saved journal, as it was at {new Date(at).toISOString()}. What happened can be looked at; nothing runs here, so
      nothing can be sent, redriven, purged or broken.
      {memory.missed > 0 && ` ${memory.missed} facts had no room in it: some roads have holes.`}
      {unreadableText(memory.unreadable)}
    </p>
  );
}

function unreadableText(count: number): string {
  return count === 0 ? '' : ` ${count} lines of the journal cannot be read and were passed over.`;
}

/**
 * `/` filters, `1` to `4` go to the pages, Escape goes up: from a queue to the queues, from there to the list. Where
 * something is typed, it empties a filter first, then leaves the field.
 */
export function takeKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
  if (event.key === 'Escape') {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.type === 'search' && target.value !== '') {
      // Chromium would empty it without a word, Firefox not at all.
      event.preventDefault();
      target.value = '';
      target.dispatchEvent(new Event('input', { bubbles: true }));
    } else if (isTyping && target instanceof HTMLElement) target.blur();
    else {
      const above = pageAbove(here.value);
      location.hash = linkTo({ page: above === here.value.page ? 'list' : above });
    }
    return;
  }
  if (isTyping) return;
  const place = PLACES.find(({ key }) => key === event.key);
  if (place) location.hash = linkTo(place.target);
  if (event.key !== '/') return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
}
