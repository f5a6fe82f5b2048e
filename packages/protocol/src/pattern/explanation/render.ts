// An explanation as text, for terminals and failing tests. Names and values of the event and the pattern stand in it as
// JSON shows them.
import { cut } from '../../text/cut.ts';
import { showControls } from '../../text/show-controls.ts';
import type { Explanation, FieldExplanation } from './explain.ts';

const SHOWN_SIGNS = 200;

/**
 * Renders an explanation: a line for each field, and for each that failed what was expected, what was there and what to
 * try. No colours, no trailing line break.
 */
export function renderExplanation(explanation: Explanation): string {
  const { matched, fields, combination, combinations } = explanation;
  const failed = fields.filter(({ verdict }) => verdict !== 'matched').length;
  const branch =
    combinations > 1 ? ` ($or combination ${combination} of ${combinations}${matched ? '' : ', the closest'})` : '';
  const title = matched
    ? `The event matches the pattern${branch}:`
    : `The event does not match the pattern: ${failed} of ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} failed${branch}:`;
  return [title, ...fields.flatMap(renderField)].map(showControls).join('\n');
}

function renderField({ verdict, path, expected, found, closest, hint }: FieldExplanation): string[] {
  if (verdict === 'matched') {
    const value = closest ? `${shorten(closest.value)}${closest.at === path ? '' : ` at ${closest.at}`}` : 'absent';
    return [`  ✓ ${path}: ${value}`];
  }
  const lines = [`  ✗ ${path}`, `      expected ${shorten(expected.join(' or '))}`];
  if (verdict === 'absent') lines.push('      found    nothing');
  else if (closest) {
    const more = found.length > 1 ? ` (closest of ${found.length === 10 ? 'many' : found.length})` : '';
    lines.push(`      found    ${shorten(closest.value)}${closest.at === path ? '' : ` at ${closest.at}`}${more}`);
    if (expected.length > 1 && verdict === 'missed') lines.push(`      closest  ${shorten(closest.expected)}`);
  }
  if (hint !== undefined) lines.push(`      hint     ${hint}`);
  return lines;
}

function shorten(text: string): string {
  return cut(showControls(text), SHOWN_SIGNS);
}
