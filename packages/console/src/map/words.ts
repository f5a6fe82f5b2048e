// Boxes and arrows in words: for whoever does not see the drawing, for the list, and under the pointer.
import type { Counts, DrawnEdge, DrawnNode } from './graph.ts';

/** `3`, `3, 1 failed`, `1 failed`, and nothing of what nothing went through. */
export function countWords({ count, failed }: Counts): string {
  if (failed === 0) return count === 0 ? '' : String(count);
  return count === 0 ? `${failed} failed` : `${count}, ${failed} failed`;
}

/** The same where there is no room: `3 ✕1`. */
export function countSigns({ count, failed }: Counts): string {
  return [...(count > 0 ? [String(count)] : []), ...(failed > 0 ? [`✕${failed}`] : [])].join(' ');
}

/** What a box does not spell out: `3 times, 1 failed, stands in: …` */
export function detailWords({ note, size, count, failed }: DrawnNode): string {
  return [
    ...(size === undefined ? [] : [`${size} resources`]),
    ...(count === 0 ? [] : [`${count} ${count === 1 ? 'time' : 'times'}`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(note === undefined ? [] : [note]),
  ].join(', ');
}

/** `orders → placed (OrderPlaced): 3, 1 failed` */
export function edgeWords(edge: DrawnEdge, nameOf: (id: string) => string): string {
  const counts = countWords(edge);
  const labels = labelWords(edge);
  return `${nameOf(edge.from)} → ${nameOf(edge.to)}${labels === '' ? '' : ` (${labels})`}${counts === '' ? '' : `: ${counts}`}`;
}

/** Ours: labels that are written out. */
const MAX_LABELS = 4;

/** `GET /orders, POST /orders and 3 more`; what kind of arrow it is, where that is not the usual one. */
export function labelWords({ kind, labels }: DrawnEdge): string {
  const more = labels.length > MAX_LABELS ? ` and ${labels.length - MAX_LABELS} more` : '';
  const listed = `${labels.slice(0, MAX_LABELS).join(', ')}${more}`;
  const special = kind === 'delivers' ? '' : kind === 'learned' ? 'seen, not declared' : kind;
  return [special, listed].filter((text) => text !== '').join(': ');
}

/** JSON with lines; what is none, as it stands. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
