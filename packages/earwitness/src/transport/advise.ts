/** A service's own sentence, followed by what to do about it. */
export function advise(sentence: string, advice: string): string {
  return advice === '' ? sentence : `${sentence.replace(/\.?$/, '.')} ${advice}`;
}
