// The cloud's clock is moved on: what is due by then happens.
import { useSignal } from '@preact/signals';
import { post } from '../admin.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { durationText, timeText } from '../parts/text.ts';
import { Card, chosenOf, SelectField, TextField } from './fields.tsx';

const UNITS = [
  { id: '1000', title: 'seconds' },
  { id: '60000', title: 'minutes' },
  { id: '3600000', title: 'hours' },
  { id: '86400000', title: 'days' },
];

export function Clock() {
  const amount = useSignal('30');
  const unit = useSignal('1000');
  const deed = useDeed();
  const advance = async () => {
    const ms = Number(amount.value) * Number(chosenOf(unit, UNITS));
    const { now } = await post<{ readonly now: number }>('clock/advance', { ms });
    return `The clock was moved on by ${durationText(ms)}. It is ${new Date(now).toDateString()}, ${timeText(now)} there.`;
  };
  return (
    <Card title="Advance the clock" onSubmit={() => deed.run(advance)}>
      <TextField label="By" type="number" value={amount} isRequired />
      <SelectField label="Unit" value={unit} choices={UNITS} />
      <button type="submit">Advance</button>
      <p class="soft">What is due by then happens: retries, time-outs, schedules, messages that come back.</p>
      <Outcome deed={deed} />
    </Card>
  );
}
