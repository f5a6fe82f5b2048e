// What is asked for is not in the memory: why, as far as the page knows.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { changes, connection, memory } from '../journal/live.ts';
import type { Row } from '../journal/row.ts';

export function Gone({ id, last }: { readonly id: string; readonly last: Row | undefined }) {
  changes.value;
  if (last) return <p class="bad-day">{whyGone(last)} What you see is what was known.</p>;
  return (
    <>
      <h1>Nothing is known of {showControls(id)}</h1>
      <ul>
        {reasons().map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

function whyGone(row: Row): string {
  const isDropped = memory.dropped > 0 && row.seq < (memory.rows[0]?.seq ?? 0);
  return isDropped
    ? 'It had to make room for newer rows: facts that came after that are not here.'
    : 'The local cloud has forgotten it: it was reset, or it is another one by now.';
}

function reasons(): string[] {
  if (connection.value !== 'open')
    return ['The journal of the local cloud cannot be read yet; the page goes on by itself.'];
  return [
    ...(memory.rows.length === 0 ? ['The journal is still being read, or nothing has come in yet.'] : []),
    ...(memory.dropped > 0 ? [`${memory.dropped} older rows had to make room here: this may be one of them.`] : []),
    ...(memory.missed > 0 ? [`The journal dropped ${memory.missed} facts before this page could read them.`] : []),
    'It may be of another cloud: one that has ended, or that was reset since.',
  ];
}
