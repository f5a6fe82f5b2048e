// Whether this page shows a saved journal (`earwitness open FILE`): then nothing runs, and nothing can be done.

const savedAtText = document.documentElement.dataset['savedAt'];

/** When the journal was saved, epoch ms by its cloud's clock; `undefined` beside a cloud that runs. */
export const savedAt: number | undefined = savedAtText === undefined ? undefined : Number(savedAtText);
