// The live list: what came in, newest first, with what it came to.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { outcomeOf, type Row } from '../journal/row.ts';
import { sizeText, timeText } from '../parts/text.ts';
import { linkToRow } from '../route.ts';
import { FilterBar } from './filter-bar.tsx';
import { followRows, paused, shown } from './shown-rows.ts';
import { windowOf } from './virtual.ts';

/** Height of a row in the style sheet; below 700 px it has two lines. */
const ROW_PX = 30;
const NARROW_ROW_PX = 52;
const narrow = matchMedia('(width < 700px)');

export function ListPage() {
  useEffect(followRows, []);
  return (
    <main class="list">
      <h1 class="unseen">Requests and events</h1>
      <FilterBar />
      <Rows />
    </main>
  );
}

function Rows() {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useSignal({ scrollTop: 0, heightPx: 0, rowPx: narrow.matches ? NARROW_ROW_PX : ROW_PX });
  const { rows, of } = shown.value;
  const newest = rows.at(-1);
  const before = useRef(rows);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => {
      const { scrollTop, clientHeight } = element;
      view.value = { scrollTop, heightPx: clientHeight, rowPx: narrow.matches ? NARROW_ROW_PX : ROW_PX };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [view]);

  // On a fresh page nothing is focused yet: the first press goes to the first row that can be seen.
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== 'j' && event.key !== 'k')) return;
      const { activeElement } = document;
      if (activeElement?.closest('input, textarea, select, .rows li')) return;
      const { scrollTop, rowPx } = view.peek();
      const place = Math.ceil(scrollTop / rowPx) + 1;
      focusRow(scroller.current?.querySelector(`li[aria-posinset="${place}"]`), event);
    };
    addEventListener('keydown', take);
    return () => removeEventListener('keydown', take);
  }, [view]);

  // Newest first: what comes in above must not move what is being read.
  useLayoutEffect(() => {
    const element = scroller.current;
    const first = before.current.at(-1);
    if (element && first && view.peek().scrollTop > 0) {
      const above = rows.length - 1 - rows.lastIndexOf(first);
      if (above < rows.length) element.scrollTop += above * view.peek().rowPx;
    }
    before.current = rows;
  }, [newest, rows, view]);

  const { rowPx } = view.value;
  const { from, to } = windowOf(view.value, { count: rows.length, rowPx });
  const visible: Row[] = [];
  for (let place = from; place < to; place++) {
    const row = rows[rows.length - 1 - place];
    if (row) visible.push(row);
  }
  return (
    <>
      <div class="row head" aria-hidden="true">
        <span>Time</span>
        <span>What</span>
        <span>From</span>
        <span>Bus</span>
        <span class="number">Size</span>
        <span>Outcome</span>
      </div>
      <div class="rows" ref={scroller}>
        {rows.length === 0 ? <Empty of={of} /> : null}
        <ol
          aria-label="Requests and events, newest first"
          onKeyDown={moveFocus}
          style={{ height: `${rows.length * rowPx}px` }}
        >
          {visible.map((row, index) => (
            <RowLine key={row.seq} row={row} top={(from + index) * rowPx} place={from + index + 1} of={rows.length} />
          ))}
        </ol>
      </div>
    </>
  );
}

interface LineProps {
  readonly row: Row;
  readonly top: number;
  /** From 1; the document has only some of them. */
  readonly place: number;
  readonly of: number;
}

function RowLine({ row, top, place, of }: LineProps) {
  const { tone, text } = outcomeOf(row);
  return (
    <li style={{ transform: `translateY(${top}px)` }} aria-posinset={place} aria-setsize={of}>
      <a class="row" href={linkToRow(row)}>
        <time>{timeText(row.at)}</time>
        <span class="what">
          <i class={`kind ${row.kind}`}>{row.kind}</i> <b>{row.title}</b>
        </span>
        <span class="from">{row.source}</span>
        <span class="bus">{row.bus}</span>
        <span class="number size">{row.sizeBytes === undefined ? '' : sizeText(row.sizeBytes)}</span>
        <span class={`outcome ${tone}`}>{text}</span>
      </a>
    </li>
  );
}

function Empty({ of }: { readonly of: number }) {
  if (of > 0) return <p class="empty">None of {of} rows passes the filter.</p>;
  return <p class="empty">Nothing has come in yet. Call your API, put an event, or send one from “Do”.</p>;
}

/** Arrow keys go from row to row; the list follows. */
function moveFocus(event: KeyboardEvent) {
  const down = event.key === 'ArrowDown' || event.key === 'j';
  if (!down && event.key !== 'ArrowUp' && event.key !== 'k') return;
  const line = document.activeElement?.closest('li');
  const next = down ? line?.nextElementSibling : line?.previousElementSibling;
  focusRow(next, event);
}

/** The list stands still then: what is read does not move away. */
function focusRow(line: Element | null | undefined, event: KeyboardEvent) {
  const link = line?.querySelector('a');
  if (!link) return;
  event.preventDefault();
  paused.value = true;
  link.focus({ preventScroll: false });
}
