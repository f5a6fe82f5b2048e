// A destination is broken, and mended: it answers with a status, it is slow, or it refuses connections.
import type { CloudMap, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import {
  type Fault,
  type FaultRequest,
  faultWords,
  type StandingFault,
} from '@earwitness/protocol/internal/admin/fault';
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, post } from '../admin.ts';
import { nodeTitle } from '../parts/names.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { Card, chosenOf, SelectField, TextField } from './fields.tsx';
import { choicesOf } from './targets.ts';

/** Before which a fault can stand, the likeliest first. */
const KINDS: readonly MapNode['kind'][] = ['api-destination', 'function', 'queue', 'notification-topic'];

const FAULTS = [
  { id: 'status', title: 'answers with a status' },
  { id: 'slow', title: 'is slow' },
  { id: 'refused', title: 'refuses connections' },
];

const standing = signal<readonly StandingFault[]>([]);

async function readStanding(): Promise<void> {
  standing.value = (await get<{ readonly faults: readonly StandingFault[] }>('faults')).faults;
}

interface BreakProps {
  readonly map: CloudMap;
  /** The destination that the reader came from. */
  readonly target: string | undefined;
}

export function Break({ map, target: from }: BreakProps) {
  const targets = breakable(map);
  const target = useSignal(from ?? '');
  const fault = useSignal('status');
  const status = useSignal('500');
  const delayMs = useSignal('2000');
  const times = useSignal('');
  const deed = useDeed();
  // Each call takes one of a fault's times, and the map is told again when something happened.
  useEffect(() => void readStanding().catch(() => undefined), [map]);
  if (targets.length === 0) return null;
  const titleOf = (arn: string) => targets.find(({ id }) => id === arn)?.title ?? arn;
  const put = async (request: FaultRequest) => {
    await post('faults', request);
    await readStanding();
    return request.fault === null
      ? `${titleOf(request.target)} is as it was.`
      : `${titleOf(request.target)} ${faultWords(request.fault)}.`;
  };
  const chosen = (): Fault => {
    if (fault.value === 'refused') return 'refused';
    return fault.value === 'slow' ? { delayMs: Number(delayMs.value) } : { status: Number(status.value) };
  };
  const breakIt = () => {
    const often = times.value === '' ? {} : { times: Number(times.value) };
    return put({ target: chosenOf(target, targets), fault: chosen(), ...often });
  };
  return (
    <Card title="Break a destination" isHere={from !== undefined} onSubmit={() => deed.run(breakIt)}>
      <SelectField label="Destination" value={target} choices={targets} />
      <SelectField label="What happens" value={fault} choices={FAULTS} />
      {fault.value === 'status' ? <TextField label="Status" type="number" value={status} isRequired /> : null}
      {fault.value === 'slow' ? <TextField label="Milliseconds" type="number" value={delayMs} isRequired /> : null}
      <TextField label="How often" type="number" value={times} hint="until it is mended" />
      <button type="submit">Break it</button>
      <Outcome deed={deed} />
      {standing.value.length === 0 ? null : (
        <ul class="standing" aria-label="What is broken">
          {standing.value.map((one) => (
            <li key={one.target}>
              <b>{titleOf(one.target)}</b> {faultWords(one.fault)}
              {one.times === undefined ? '' : `, ${one.times} more times`}{' '}
              <button type="button" onClick={() => deed.run(() => put({ target: one.target, fault: null }))}>
                Mend
              </button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function breakable({ nodes }: CloudMap) {
  const all = nodes.filter(
    ({ kind, state, id }) => KINDS.includes(kind) && state !== 'MISSING' && id.startsWith('arn:'),
  );
  all.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return choicesOf(all.map((node) => ({ id: node.id, title: `${node.kind.replaceAll('-', ' ')} ${nodeTitle(node)}` })));
}
