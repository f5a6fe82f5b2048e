// Which rows of a long list are in the document: those that can be seen, and a few around them.

/** Ours: rows above and below the window, for a scroll that is quicker than a drawing. */
const AROUND = 10;

export interface Window {
  /** Index of the first row, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** @param heightPx of the list's window */
export function windowOf(
  { scrollTop, heightPx }: { readonly scrollTop: number; readonly heightPx: number },
  { count, rowPx }: { readonly count: number; readonly rowPx: number },
): Window {
  const first = Math.floor(scrollTop / rowPx) - AROUND;
  const last = Math.ceil((scrollTop + heightPx) / rowPx) + AROUND;
  return { from: Math.max(0, Math.min(first, count)), to: Math.min(count, Math.max(last, 0)) };
}
