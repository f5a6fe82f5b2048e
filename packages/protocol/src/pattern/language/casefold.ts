// Ignoring case as the cloud does: each UTF-16 unit of the pattern stands for its lower-case or its upper-case form,
// which may be several characters. So pattern "ß" matches "SS" but not "ss", and the Kelvin sign matches "k" but not
// the other way round. Half a surrogate pair becomes "?", in patterns unit by unit: an emoji in a pattern matches "??"
// and not itself.

/** A text to be compared without regard to case: for each unit its two forms. */
export type FoldedText = readonly (readonly [lower: string, upper: string])[];

/** Prepares a pattern's text. */
export function foldText(text: string): FoldedText {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = wellFormed(text.charAt(index));
    return [unit.toLowerCase(), unit.toUpperCase()] as const;
  });
}

/** True when the value, or its start or end, is one of the forms. `value` is well-formed. */
export function matchesFolded(folded: FoldedText, value: string, where: 'whole' | 'start' | 'end'): boolean {
  if (where === 'end') {
    let starts = new Set([value.length]);
    for (const forms of folded.toReversed()) {
      starts = step(starts, forms, (at, form) => (value.endsWith(form, at) ? at - form.length : -1));
    }
    return starts.size > 0;
  }
  let ends = new Set([0]);
  for (const forms of folded) {
    ends = step(ends, forms, (at, form) => (value.startsWith(form, at) ? at + form.length : -1));
    if (ends.size === 0) return false;
  }
  return where === 'start' || ends.has(value.length);
}

function step(places: Set<number>, forms: readonly string[], move: (at: number, form: string) => number): Set<number> {
  const next = new Set<number>();
  for (const place of places) {
    for (const form of forms) {
      const moved = move(place, form);
      if (moved >= 0) next.add(moved);
    }
  }
  return next;
}

/** Half surrogate pairs become "?", as they do when Java writes UTF-8. */
export function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? text.replaceAll(LONE_SURROGATES, '?') : text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;
