// A local cloud of the given package, and nothing else.
const { startLocal } = await import(process.argv[2] ?? '');
const { url } = await startLocal();
process.send?.({ port: Number(new URL(url).port) });
