// From one row to the next, by keyboard: j or the right arrow goes on to the older one below it in the list, k or the
// left arrow back to the newer one.
import { useEffect } from 'preact/hooks';
import { listed, neighboursOf } from '../journal/listed.ts';
import { changes } from '../journal/live.ts';
import type { Row } from '../journal/row.ts';
import { linkTo, linkToRow } from '../route.ts';

export function NeighbourLinks({ row }: { readonly row: Row }) {
  changes.value;
  const { newer, older, isListed } = neighboursOf(row);
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const to = DIRECTIONS[event.key];
      // What has come since is found then.
      const next = to && neighboursOf(row)[to];
      if (next) location.hash = linkToRow(next);
    };
    addEventListener('keydown', take);
    return () => removeEventListener('keydown', take);
  }, [row]);
  return (
    <nav class="neighbours" aria-label="Rows">
      <a href={linkTo({ page: 'list' })}>
        List <kbd>Esc</kbd>
      </a>
      <Link row={newer} text="Newer" keyName="k" />
      <Link row={older} text="Older" keyName="j" />
      {isListed || listed.value.length === 0 ? null : (
        <span class="soft">the list's filter does not show this row</span>
      )}
    </nav>
  );
}

const DIRECTIONS: Readonly<Record<string, 'newer' | 'older'>> = {
  j: 'older',
  ArrowRight: 'older',
  k: 'newer',
  ArrowLeft: 'newer',
};

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('input, textarea, select') !== null;
}

function Link({
  row,
  text,
  keyName,
}: {
  readonly row: Row | undefined;
  readonly text: string;
  readonly keyName: string;
}) {
  if (!row) return <span class="soft">{text}</span>;
  return (
    <a href={linkToRow(row)}>
      {text} <kbd>{keyName}</kbd>
    </a>
  );
}
