// All that is known of a mark, when its row is opened: its words in full, payloads, the output of a function, the fact
// as it stands in the journal.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { JsonView } from '../../parts/json-view.tsx';
import { durationText, timeText } from '../../parts/text.ts';
import { payloadsOf } from './payloads.ts';

/** Ours: lines of output that are shown, the last ones. */
const MOST_LINES = 500;

interface Props {
  readonly mark: Mark;
  readonly start: number;
  readonly facts: readonly Fact[];
}

export function More({ mark: { fact, text, label, at }, start, facts }: Props) {
  return (
    <>
      <p class="said">
        <time>{timeText(at)}</time> <span class="soft">+{durationText(at - start)}</span>{' '}
        {text === undefined || text === label ? null : <span class="full">{showControls(text)}</span>}
      </p>
      {fact === undefined ? null : <FactMore fact={fact} facts={facts} />}
    </>
  );
}

function FactMore({ fact, facts }: { readonly fact: Fact; readonly facts: readonly Fact[] }) {
  const beside = besideOf(fact, facts);
  return (
    <>
      {payloadsOf(fact, facts).map(({ title, text }) => (
        <JsonView key={title} title={title} text={text} />
      ))}
      {fact.kind === 'function.invoked' ? <Output invocationId={fact.invocationId} facts={facts} /> : null}
      <details>
        <summary>In the journal</summary>
        {[fact, ...beside].map((one) => (
          <JsonView key={one.seq} text={JSON.stringify(one)} />
        ))}
      </details>
    </>
  );
}

/** What ends what the fact began, and stands in the same row. */
function besideOf(fact: Fact, facts: readonly Fact[]): Fact[] {
  switch (fact.kind) {
    case 'request.received':
      return facts.filter((one) => one.kind === 'request.answered' && one.requestId === fact.requestId);
    case 'function.invoked':
      return facts.filter(
        (one) =>
          (one.kind === 'function.finished' || one.kind === 'batch.returned') && one.invocationId === fact.invocationId,
      );
    case 'execution.started':
      return facts.filter((one) => one.kind === 'execution.ended' && one.executionArn === fact.executionArn);
    default:
      return [];
  }
}

/** What a function wrote, and where it threw. */
function Output({ invocationId, facts }: { readonly invocationId: string; readonly facts: readonly Fact[] }) {
  const lines = facts.flatMap((fact) =>
    fact.kind === 'function.log' && fact.invocationId === invocationId ? [fact] : [],
  );
  const shown = lines.slice(-MOST_LINES);
  const stacks = facts.flatMap((fact) =>
    fact.kind === 'function.finished' && fact.invocationId === invocationId ? [fact.error?.stack ?? []] : [],
  );
  return (
    <>
      <h3>Output</h3>
      {lines.length > shown.length ? (
        <p class="soft">{lines.length - shown.length} earlier lines are left out.</p>
      ) : null}
      {lines.length === 0 ? (
        <p class="soft">It wrote nothing.</p>
      ) : (
        <pre>
          {shown.map(({ seq, stream, line }) => (
            <span key={seq} class={`line ${stream}`}>
              {line.split('\n').map(showControls).join('\n')}
            </span>
          ))}
        </pre>
      )}
      {stacks.map((stack, index) =>
        stack.length === 0 ? null : (
          <div key={String(index)}>
            <h3>Stack</h3>
            <pre>{stack.map(showControls).join('\n')}</pre>
          </div>
        ),
      )}
    </>
  );
}
