// What a reader can do: send, edit and send again, invoke, move the clock on, break a destination, start over.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useEffect } from 'preact/hooks';
import { isSaved, unreachable } from '../admin.ts';
import { changes, memory } from '../journal/live.ts';
import { Break } from './break.tsx';
import { Clock } from './clock.tsx';
import { Invoke } from './invoke.tsx';
import { draftOf } from './prefilled.ts';
import { Reset } from './reset.tsx';
import { SendEvent } from './send-event.tsx';
import { SendMessage } from './send-message.tsx';
import { followTargets, targets } from './targets.ts';

/** @param props.id of the event to send again, or the ARN of what to do something with */
export function DoPage({ id = '' }: { readonly id?: string }) {
  useEffect(() => (isSaved ? undefined : followTargets()), []);
  const { state, map, problem } = targets.value;
  if (isSaved || state === undefined || map === undefined) {
    const why = isSaved ? unreachable().message : (problem ?? 'Reading what there is …');
    return (
      <main class="do">
        <h1 class="unseen">Do</h1>
        <p class="empty">{why}</p>
      </main>
    );
  }
  const of = (service: string, kind = '') =>
    id.startsWith(`arn:aws:${service}:`) && id.includes(kind) ? id : undefined;
  return (
    <main class="do">
      <h1 class="unseen">Do</h1>
      {problem === undefined ? null : <p class="bad-day">{problem}</p>}
      <div class="cards">
        <Again id={id} state={state} bus={of('events', ':event-bus/')} />
        <Invoke state={state} target={of('lambda')} />
        <SendMessage state={state} queue={of('sqs')} />
        <Break map={map} target={of('events', ':api-destination/')} />
        <Clock />
        <Reset />
      </div>
    </main>
  );
}

type AgainProps = { readonly id: string } & Omit<Parameters<typeof SendEvent>[0], 'draft'>;

/** The event that is edited may come later than the page: its form begins anew with it. */
function Again({ id, ...props }: AgainProps) {
  changes.value;
  const isEvent = id !== '' && !id.startsWith('arn:');
  const row = isEvent ? memory.find(id) : undefined;
  const draft = row?.event === undefined ? undefined : draftOf(row.event, row.bus ?? '');
  return (
    <>
      {isEvent && draft === undefined ? (
        <p class="bad-day">
          This page does not know the event {showControls(id)}: it is not there yet, or it had to make room.
        </p>
      ) : null}
      <SendEvent key={draft === undefined ? 'new' : id} draft={draft} {...props} />
    </>
  );
}
