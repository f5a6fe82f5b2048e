// Queues and dead-letter queues: how much lies in each, and a look into one.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useEffect } from 'preact/hooks';
import { linkTo } from '../route.ts';
import { amountText, followQueues, type KnownQueue, knownQueues } from './known-queues.ts';
import { QueueLook } from './queue-look.tsx';

/** @param props.id of the queue that is looked into: its ARN, its name, or its name in its template */
export function QueuesPage({ id }: { readonly id?: string }) {
  const { queues, problem } = knownQueues.value;
  const queue = queues?.find(({ arn: own, name, title }) => own === id || name === id || title === id);
  const arn = queue?.arn ?? (id?.startsWith('arn:') ? id : undefined);
  useEffect(() => followQueues(arn), [arn]);
  return (
    <main class={`queues${id === undefined ? '' : ' with-look'}`}>
      <h1 class="unseen">Queues</h1>
      {problem === undefined ? null : <p class="bad-day">{problem}</p>}
      <div class="queues-body">
        {queues === undefined ? (
          problem === undefined ? (
            <p class="empty">Reading the queues …</p>
          ) : null
        ) : (
          <QueueList queues={queues} selected={arn} />
        )}
        {arn === undefined ? null : <QueueLook key={arn} arn={arn} queue={queue} />}
        {id === undefined || arn !== undefined || queues === undefined ? null : <NoQueue id={id} />}
      </div>
    </main>
  );
}

function NoQueue({ id }: { readonly id: string }) {
  return (
    <section class="look" aria-label="No such queue">
      <a class="back" href={linkTo({ page: 'queues' })}>
        All queues
      </a>
      <p class="bad-day">
        There is no queue {showControls(id)} in this cloud: it was deleted, or it is another cloud's.
      </p>
    </section>
  );
}

function QueueList({
  queues,
  selected,
}: {
  readonly queues: readonly KnownQueue[];
  readonly selected: string | undefined;
}) {
  if (queues.length === 0) return <p class="empty">There is no queue in this cloud.</p>;
  const dead = queues.filter(({ deadLettersOf }) => deadLettersOf.length > 0);
  const others = queues.filter(({ deadLettersOf }) => deadLettersOf.length === 0);
  return (
    <nav class="queue-list" aria-label="Queues" onKeyDown={moveFocus}>
      {dead.length === 0 ? null : <h2>Dead-letter queues</h2>}
      <ul>
        {dead.map((queue) => (
          <QueueLine key={queue.arn} queue={queue} isSelected={queue.arn === selected} />
        ))}
      </ul>
      {others.length === 0 ? null : <h2>Queues</h2>}
      <ul>
        {others.map((queue) => (
          <QueueLine key={queue.arn} queue={queue} isSelected={queue.arn === selected} />
        ))}
      </ul>
    </nav>
  );
}

function QueueLine({ queue, isSelected }: { readonly queue: KnownQueue; readonly isSelected: boolean }) {
  const { arn, title, visible, hidden, delayed, deadLettersOf } = queue;
  const isBad = deadLettersOf.length > 0 && visible + hidden + delayed > 0;
  return (
    <li>
      <a class="queue-line" href={linkTo({ page: 'queue', id: arn })} aria-current={isSelected ? 'true' : undefined}>
        <b>{title}</b>
        <span class={isBad ? 'bad' : 'soft'}>{amountText(queue)}</span>
        {deadLettersOf.length === 0 ? null : (
          <span class="soft of">of {deadLettersOf.map((source) => source.title).join(', ')}</span>
        )}
      </a>
    </li>
  );
}

/** Arrow keys go from queue to queue. */
function moveFocus(event: KeyboardEvent) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(event.currentTarget instanceof Element)) return;
  const links: (Element | null)[] = [...event.currentTarget.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement);
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}
