// What lies in a queue, without receiving it: each message with why it is there, its road, and what can be done.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { callAws } from '../aws.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { QuestionButton } from '../parts/question.tsx';
import { linkTo } from '../route.ts';
import { savedAt } from '../saved.ts';
import { amountText, type KnownQueue, look, PAGE_MESSAGES, wanted } from './known-queues.ts';
import { MessageCard } from './message-card.tsx';

interface LookProps {
  readonly arn: string;
  /** Absent when there is no such queue, or none is known yet. */
  readonly queue: KnownQueue | undefined;
}

export function QueueLook({ arn, queue }: LookProps) {
  const { messages, hasMore, problem, queue: of } = look.value;
  const isOwn = of === arn;
  return (
    <section class="look" aria-label={`Queue ${queue?.title ?? arn}`}>
      <a class="back" href={linkTo({ page: 'queues' })}>
        All queues
      </a>
      {queue === undefined ? null : <Head queue={queue} />}
      {isOwn && problem !== undefined ? <p class="bad-day">{problem}</p> : null}
      {isOwn && messages?.length === 0 ? <p class="empty">Nothing lies in it.</p> : null}
      <ol aria-label="Messages, oldest first">
        {isOwn ? messages?.map((message) => <MessageCard key={message.id} message={message} />) : null}
      </ol>
      {isOwn && hasMore ? (
        <button
          type="button"
          onClick={() => {
            wanted.value += PAGE_MESSAGES * 4;
          }}
        >
          More messages
        </button>
      ) : null}
    </section>
  );
}

interface MoveTasks {
  readonly Results?: readonly {
    readonly ApproximateNumberOfMessagesMoved?: number;
    readonly FailureReason?: string;
  }[];
}

function Head({ queue }: { readonly queue: KnownQueue }) {
  const deed = useDeed();
  const { arn, url, title, visible, hidden, delayed, deadLettersOf } = queue;
  const sources = deadLettersOf.filter(({ kind }) => kind === 'queue');
  const all = visible + hidden + delayed;
  const call = { arn, service: 'sqs' };
  const redrive = async () => {
    await callAws(call, 'AmazonSQS.StartMessageMoveTask', { SourceArn: arn });
    const input = { SourceArn: arn, MaxResults: 1 };
    const { Results = [] } = await callAws<MoveTasks>(call, 'AmazonSQS.ListMessageMoveTasks', input);
    const { ApproximateNumberOfMessagesMoved: moved = 0, FailureReason: reason } = Results[0] ?? {};
    const homeless = reason === undefined ? '' : ' Those whose queue nobody knows stayed: no queue moved them here.';
    return `${moved} ${moved === 1 ? 'message went' : 'messages went'} back to where they came from.${homeless}`;
  };
  const purge = async () => {
    await callAws(call, 'AmazonSQS.PurgeQueue', { QueueUrl: url });
    return 'Purged.';
  };
  return (
    <header>
      <h1>{title}</h1>
      <p class="soft">
        {amountText(queue)}
        {deadLettersOf.length === 0 ? null : '; dead letters of '}
        {deadLettersOf.map(({ id, title: name, label }, index) => (
          <span key={id}>
            {index === 0 ? '' : ', '}
            <a href={linkTo({ page: 'node', id })}>{name}</a>
            {label === undefined ? '' : ` (${showControls(label)})`}
          </span>
        ))}
      </p>
      <p class="soft arn">
        <code>{showControls(arn)}</code>
      </p>
      <p class="actions">
        {sources.length === 0 || savedAt !== undefined ? null : (
          <button type="button" disabled={all === 0} onClick={() => deed.run(redrive)}>
            Redrive
          </button>
        )}
        {savedAt !== undefined ? null : (
          <>
            <QuestionButton
              label="Purge"
              isDisabled={all === 0}
              question={`All that lies in ${title} is deleted: ${amountText(queue)}. Nothing brings it back.`}
              yes="Delete all"
              onYes={() => deed.run(purge)}
            />
            <a href={linkTo({ page: 'prefilled', id: arn })}>Send a message</a>
          </>
        )}
        <a href={linkTo({ page: 'node', id: arn })}>On the map</a>
      </p>
      <Outcome deed={deed} />
    </header>
  );
}
