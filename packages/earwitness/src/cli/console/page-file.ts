// Where the console's page lies: beside the bundled command line, or, when this runs from its sources, where the
// console's own package builds it.

const [, packageFolder = '', place = ''] = /^(.*)\/(src\/cli|dist\/bin)\//.exec(import.meta.url) ?? [];

/** The console's page; it may not be built. */
export const CONSOLE_PAGE = new URL(
  place === 'dist/bin' ? `${packageFolder}/dist/bin/console.html` : `${packageFolder}/../console/dist/console.html`,
);
