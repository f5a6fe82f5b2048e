// A row of the drawing: what it is, in which words, how long it took, and when.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { Branch } from '@earwitness/protocol/internal/journal/road/causes';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import type { Scale } from '@earwitness/protocol/internal/journal/road/scale';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { durationText } from '../../parts/text.ts';
import { linkTo, linkToRow } from '../../route.ts';
import { leadsOf } from '../leads.ts';
import { DueIn } from './clock.tsx';
import { More } from './more.tsx';

const LONGEST_LABEL = 300;
/** Lines under what went wrong, and how long each may be. */
const MOST_DETAILS = 8;
const LONGEST_DETAIL = 800;

interface Props {
  readonly branch: Branch;
  readonly scale: Scale;
  readonly start: number;
  readonly facts: readonly Fact[];
  readonly own: string;
}

export function Stop({ branch: { mark, isElsewhere }, scale, start, facts, own }: Props) {
  const isOpen = useSignal(false);
  const id = useId();
  const { stage, tone, label } = mark;
  const lines = isElsewhere ? [] : whyOf(mark).slice(0, MOST_DETAILS);
  const link = linkOf(mark, own);
  return (
    <div class={`stop ${tone}`} data-stage={stage}>
      <div class="words">
        <button
          type="button"
          class="opener"
          aria-expanded={isOpen.value}
          aria-controls={id}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <b class="stage">{stage}</b> <span class="label">{cut(showControls(label), LONGEST_LABEL)}</span>{' '}
          <i class="took">{tookText(mark, isElsewhere)}</i>
        </button>
        {tone === 'wait' && mark.cause ? <DueIn at={mark.at} /> : null}
        {link === undefined ? null : (
          <a class="lead" href={link}>
            its page
          </a>
        )}
        {leadsOf(mark).map(({ row, isCause }) => (
          <a key={row.id} class="lead" href={linkToRow(row)}>
            {isCause ? 'put by ' : ''}
            {row.kind} {showControls(row.title)}
          </a>
        ))}
        {lines.length === 0 ? null : (
          <pre class="why">{lines.map((line) => cut(showControls(line), LONGEST_DETAIL)).join('\n')}</pre>
        )}
      </div>
      <Bar mark={mark} scale={scale} />
      <div class="beyond" id={id} hidden={!isOpen.value}>
        {isOpen.value ? <More mark={mark} start={start} facts={facts} /> : null}
      </div>
    </div>
  );
}

/** What a reader of bad news asks next stands there at once. */
function whyOf({ tone, label, text = label, details = [], fact }: Mark): readonly string[] {
  // Where it was sent to stands at its first attempt.
  if (fact?.kind === 'delivery.attempted' && fact.attempt > 1) return [];
  return details.length === 0 && tone === 'bad' && text !== label ? text.split('\n') : details;
}

function tookText({ at, until }: Mark, isElsewhere: boolean): string {
  if (isElsewhere) return 'the same, drawn at another delivery';
  return until === undefined ? '' : durationText(until - at);
}

/** What has a page of its own. */
function linkOf({ fact }: Mark, own: string): string | undefined {
  switch (fact?.kind) {
    case 'event.accepted':
      return fact.eventId === own ? undefined : linkTo({ page: 'event', id: fact.eventId });
    case 'request.received':
      return fact.requestId === own ? undefined : linkTo({ page: 'request', id: fact.requestId });
    default:
      return undefined;
  }
}

function Bar({ mark: { at, until }, scale }: { readonly mark: Mark; readonly scale: Scale }) {
  const left = scale.x(at);
  const style = until === undefined ? { left: `${left}%` } : { left: `${left}%`, width: `${scale.x(until) - left}%` };
  return (
    <div class="time" aria-hidden="true">
      <i class={until === undefined ? 'moment dot' : 'moment'} style={style} />
    </div>
  );
}
