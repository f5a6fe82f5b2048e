// A message as it lies in its queue: since when, how often it was received, why it is a dead letter, and its body.
import type { QueuedMessage } from '@earwitness/protocol/internal/admin/queued-messages';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { changes, memory } from '../journal/live.ts';
import { JsonView } from '../parts/json-view.tsx';
import { sizeText, timeText } from '../parts/text.ts';
import { linkTo, linkToRow } from '../route.ts';
import { savedAt } from '../saved.ts';
import { type Failure, failures } from './failures.ts';
import { reasonOf } from './reason.ts';

export function MessageCard({ message }: { readonly message: QueuedMessage }) {
  changes.value;
  const { id, body, sentAt, receiveCount, group, attributes } = message;
  const failure = failures.find(id);
  const row = memory.find(id) ?? memory.find(failure?.invocationId ?? '');
  const event = eventIn(body);
  return (
    <li class="message">
      <p class="line">
        <time>{timeText(sentAt)}</time> <span class={stateTone(message)}>{stateText(message)}</span>{' '}
        <span class="soft">
          received {receiveCount}×, {sizeText(new Blob([body]).size)}
          {group === undefined ? '' : `, group ${showControls(group)}`}
        </span>
      </p>
      <Reason message={message} failure={failure} />
      <p class="actions">
        {row === undefined ? null : <a href={linkToRow(row)}>Its road</a>}
        {event === undefined || savedAt !== undefined ? null : (
          <a href={linkTo({ page: 'prefilled', id: event })}>Edit and send again</a>
        )}
      </p>
      <JsonView text={body} />
      {Object.keys(attributes).length === 0 ? null : (
        <dl>
          {Object.entries(attributes).map(([name, { type, value }]) => (
            <div key={name}>
              <dt>{showControls(name)}</dt>
              <dd>
                {showControls(value)}
                {type === 'String' ? null : <span class="soft"> {showControls(type)}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p class="soft id">{showControls(id)}</p>
    </li>
  );
}

/** Why a message is here: as EventBridge wrote it on it, or what the function said that received it. */
function Reason({ message, failure }: { readonly message: QueuedMessage; readonly failure: Failure | undefined }) {
  const { deadLetterSource } = message;
  const reason = reasonOf(message);
  const moved = deadLetterSource === undefined ? undefined : `moved here from ${plainName(deadLetterSource)}`;
  const parts = [reason, failure?.text, moved].filter((part) => part !== undefined);
  return parts.length === 0 ? null : <p class="bad">{parts.join('; ')}</p>;
}

/** The event that a message is, when this page knows it: it can be sent again. */
function eventIn(body: string): string | undefined {
  try {
    const { id } = JSON.parse(body) as { readonly id?: unknown };
    return typeof id === 'string' && memory.find(id)?.event !== undefined ? id : undefined;
  } catch {
    return undefined;
  }
}

function stateTone({ state }: QueuedMessage): string {
  return state === 'visible' ? 'good' : 'wait';
}

function stateText({ state, visibleAt }: QueuedMessage): string {
  if (state === 'visible') return 'visible';
  return visibleAt === undefined ? state : `${state} until ${timeText(visibleAt)}`;
}
