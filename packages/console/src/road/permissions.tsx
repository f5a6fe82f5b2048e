// Which permissions were asked for on the way, and what said yes or no: opened when it is asked for.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import type { Row } from '../journal/row.ts';
import { timeText } from '../parts/text.ts';

/** Ours: decisions that are shown, the first ones. */
const MOST = 200;

export type Decision = FactOf<'access.allowed' | 'access.denied'>;

export function Permissions({ row, facts }: { readonly row: Row; readonly facts: readonly Fact[] }) {
  const decisions = decisionsOf(row, facts);
  if (decisions.length === 0) return null;
  const denied = decisions.filter(({ kind }) => kind === 'access.denied').length;
  return (
    <>
      <h2>Permissions</h2>
      <details class="permissions">
        <summary>
          {decisions.length - denied} allowed, <span class={denied === 0 ? '' : 'bad'}>{denied} denied</span>
        </summary>
        <ul>
          {decisions.slice(0, MOST).map((decision) => (
            <li key={decision.seq} class={decision.kind === 'access.denied' ? 'bad' : ''}>
              <time>{timeText(decision.at)}</time> {showControls(textOf(decision))}
            </li>
          ))}
        </ul>
        {decisions.length > MOST ? <p class="soft">{decisions.length - MOST} more are left out.</p> : null}
      </details>
    </>
  );
}

/** Those of other events of the same trace are not of this road. What was allowed is known while a console was open. */
export function decisionsOf(row: Row, facts: readonly Fact[]): Decision[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'access.allowed' && fact.kind !== 'access.denied') return [];
    const isOther = row.kind === 'event' && fact.eventId !== undefined && fact.eventId !== row.id;
    return isOther ? [] : [fact];
  });
}

function textOf(decision: Decision): string {
  const { text } = wordsOf(decision);
  return decision.kind === 'access.allowed' ? text : `${plainName(decision.principal)}: ${text}`;
}
