// A function is invoked, and its answer is shown.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { useSignal } from '@preact/signals';
import { send as sendToAws } from '../aws.ts';
import { JsonView } from '../parts/json-view.tsx';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';
import { Card, chosenOf, SelectField, TextArea } from './fields.tsx';
import { choicesOf } from './targets.ts';

interface InvokeProps {
  readonly state: CloudState;
  /** The function that the reader came from. */
  readonly target: string | undefined;
}

export function Invoke({ state, target }: InvokeProps) {
  const functions = choicesOf(state.functions.map(({ arn, name }) => ({ id: arn, title: plainName(name) })));
  const chosen = useSignal(target ?? '');
  const payload = useSignal('{}');
  const deed = useDeed();
  if (functions.length === 0) return null;
  const arn = chosenOf(chosen, functions);
  const standsIn = state.functions.find((one) => one.arn === arn)?.standsIn;
  const invoke = async () => {
    const path = `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`;
    const headers = { 'content-type': 'application/json' };
    const { headers: answered, text } = await sendToAws(
      path,
      { headers, body: payload.value },
      { arn, service: 'lambda' },
    );
    const failed = answered.get('x-amz-function-error') !== null;
    const id = answered.get('x-amzn-requestid');
    return (
      <>
        <span class={failed ? 'bad' : 'good'}>{failed ? 'It threw.' : 'It returned.'}</span>{' '}
        {id === null ? null : <a href={linkTo({ page: 'request', id })}>Its road</a>}
        <JsonView text={text} />
      </>
    );
  };
  return (
    <Card title="Invoke a function" isHere={target !== undefined} onSubmit={() => deed.run(invoke)}>
      <SelectField label="Function" value={chosen} choices={functions} />
      {standsIn === undefined ? null : <p class="wait">It does not run here: {standsIn}.</p>}
      <TextArea label="Payload" value={payload} />
      <button type="submit">Invoke</button>
      <Outcome deed={deed} />
    </Card>
  );
}
