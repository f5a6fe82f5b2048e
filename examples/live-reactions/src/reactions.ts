// What phones send and the stage shows.

/** A shape each, in a box of 24 by 24. */
export const SHAPES = {
  heart:
    'M12 21s-7.5-4.6-9.6-9.2C.9 8.4 2.6 4.5 6.3 4.1c2.2-.2 4.2 1 5.7 3 1.5-2 3.5-3.2 5.7-3 3.7.4 5.4 4.3 3.9 7.7C19.5 16.4 12 21 12 21z',
  star: 'M12 2.5l2.9 6.2 6.8.8-5 4.6 1.3 6.7-6-3.3-6 3.3 1.3-6.7-5-4.6 6.8-.8z',
  fire: 'M12 2c.8 3.6 5.8 5.8 5.8 11.2a5.9 5.9 0 0 1-5.8 6.4 5.9 5.9 0 0 1-5.8-6c0-2.6 1.3-4.2 2.6-5.6.2 1.6.9 2.5 2 2.9C10 9.2 10.4 5 12 2z',
  spark: 'M13.5 2L4 13.6h6.3L9 22l10-12.2h-6.6z',
  song: 'M9 5.2L20 3v12.4a3 3 0 1 1-2-2.8V7.1l-7 1.4v9a3 3 0 1 1-2-2.8z',
  smile:
    'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM8.2 8.4a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8zm7.6 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8zM7 13.6h10a5 5 0 0 1-10 0z',
} as const;

export type Kind = keyof typeof SHAPES;

export const KINDS = Object.keys(SHAPES) as Kind[];

/** The kind of a message, or undefined: anybody with a token may send anything. */
export function parseReaction(text: string): Kind | undefined {
  try {
    const { kind } = JSON.parse(text) as { kind?: unknown };
    return KINDS.find((known) => known === kind);
  } catch {
    return undefined;
  }
}

export function draw(kind: Kind): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('shape', kind);
  const path = document.createElementNS(svg.namespaceURI, 'path') as SVGPathElement;
  path.setAttribute('d', SHAPES[kind]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
