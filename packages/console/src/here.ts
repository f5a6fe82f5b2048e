// Where the reader is now.
import { signal } from '@preact/signals';
import { parseRoute, type Route } from './route.ts';

export const here = signal<Route>(parseRoute(location.hash));

addEventListener('hashchange', () => {
  here.value = parseRoute(location.hash);
});
