// An event is sent, also one of a source that PutEvents refuses; or one that came is edited and sent again.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { useSignal } from '@preact/signals';
import { AdminError, postText } from '../admin.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';
import { Card, chosenOf, SelectField, TextArea, TextField } from './fields.tsx';
import { type EventDraft, jsonProblem, sentText } from './prefilled.ts';
import { choicesOf } from './targets.ts';

interface SendProps {
  readonly state: CloudState;
  readonly draft: EventDraft | undefined;
  /** The bus that the reader came from. */
  readonly bus: string | undefined;
}

export function SendEvent({ state, draft, bus: chosen }: SendProps) {
  const buses = choicesOf(state.buses.map(({ arn, name }) => ({ id: arn, title: name })));
  // Facts name a bus as a person does.
  const named = state.buses.find(({ arn, name }) => arn === draft?.bus || name === draft?.bus)?.arn;
  const bus = useSignal(chosen ?? named ?? '');
  const source = useSignal(draft?.source ?? 'console');
  const detailType = useSignal(draft?.detailType ?? '');
  const detail = useSignal(draft?.detail ?? '{\n  \n}');
  const deed = useDeed();
  const send = async () => {
    const problem = jsonProblem(detail.value);
    if (problem !== undefined) throw new AdminError(problem);
    const text = sentText({
      bus: chosenOf(bus, buses),
      source: source.value,
      detailType: detailType.value,
      detail: detail.value,
      resources: draft?.resources ?? '[]',
    });
    const { ids } = await postText<{ readonly ids: readonly string[] }>('events', text);
    return (
      <>
        Sent:{' '}
        {ids.map((id) => (
          <a key={id} href={linkTo({ page: 'event', id })}>
            its road
          </a>
        ))}
      </>
    );
  };
  const title = draft === undefined ? 'Send an event' : 'Edit and send again';
  return (
    <Card title={title} isHere={draft !== undefined || chosen !== undefined} onSubmit={() => deed.run(send)}>
      <SelectField label="Bus" value={bus} choices={buses} />
      <TextField label="Source" value={source} isRequired />
      <TextField label="Detail type" value={detailType} isRequired />
      <TextArea label="Detail" value={detail} rows={draft === undefined ? 6 : 14} />
      <button type="submit">{draft === undefined ? 'Send' : 'Send again'}</button>
      <Outcome deed={deed} />
    </Card>
  );
}
