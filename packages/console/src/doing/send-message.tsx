// A message is sent to a queue.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { useSignal } from '@preact/signals';
import { callAws } from '../aws.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';
import { Card, chosenOf, SelectField, TextArea, TextField } from './fields.tsx';
import { choicesOf } from './targets.ts';

interface SendProps {
  readonly state: CloudState;
  /** The queue that the reader came from. */
  readonly queue: string | undefined;
}

export function SendMessage({ state, queue: chosen }: SendProps) {
  const queues = choicesOf(state.queues.map(({ arn, name }) => ({ id: arn, title: plainName(name) })));
  const queue = useSignal(chosen ?? '');
  const body = useSignal('{}');
  const group = useSignal('');
  const deduplication = useSignal('');
  const deed = useDeed();
  const arn = chosenOf(queue, queues);
  const isFifo = arn.endsWith('.fifo');
  if (queues.length === 0) return null;
  const send = async () => {
    const url = state.queues.find((one) => one.arn === arn)?.url;
    await callAws({ arn, service: 'sqs' }, 'AmazonSQS.SendMessage', {
      QueueUrl: url,
      MessageBody: body.value,
      ...(isFifo && { MessageGroupId: group.value || 'console' }),
      ...(isFifo && deduplication.value !== '' && { MessageDeduplicationId: deduplication.value }),
    });
    return (
      <>
        Sent. <a href={linkTo({ page: 'queue', id: arn })}>Look into the queue</a>
      </>
    );
  };
  return (
    <Card title="Send a message" isHere={chosen !== undefined} onSubmit={() => deed.run(send)}>
      <SelectField label="Queue" value={queue} choices={queues} />
      {isFifo ? (
        <>
          <TextField label="Group" value={group} hint="console" />
          <TextField label="Deduplication id" value={deduplication} hint="by its content" />
        </>
      ) : null}
      <TextArea label="Body" value={body} />
      <button type="submit">Send</button>
      <Outcome deed={deed} />
    </Card>
  );
}
