// An address that leads nowhere: what was asked for, and what there is.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { changes, memory } from './journal/live.ts';
import { linkTo, linkToRow, type Route } from './route.ts';

const PAGES: readonly (readonly [text: string, target: Route])[] = [
  ['The live list', { page: 'list' }],
  ['The map', { page: 'map' }],
  ['The queues', { page: 'queues' }],
];

export function Nowhere({ id: asked }: { readonly id: string }) {
  changes.value;
  const [, name = '', id = ''] = /^#\/?([^/]*)\/?(.*)$/.exec(asked) ?? [];
  const row = memory.find(id);
  return (
    <main class="road-page">
      <h1>There is no page {showControls(asked)}</h1>
      <p>
        {id === '' && (name === 'event' || name === 'request')
          ? `The id of the ${name} is missing.`
          : 'An address is #/event/ID, #/request/ID (of an execution: its ARN), #/map, #/map/NAME, #/queues or #/queues/NAME.'}
      </p>
      <ul>
        {row === undefined ? null : (
          <li>
            <a href={linkToRow(row)}>
              {row.kind} {showControls(row.title)}
            </a>
            , which has this id
          </li>
        )}
        {PAGES.map(([text, target]) => (
          <li key={text}>
            <a href={linkTo(target)}>{text}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}
