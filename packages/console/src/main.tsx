// The console: one page that follows the journal of the cloud that served it.
import { render } from 'preact';
import { App, takeKey } from './app.tsx';
import { goLive } from './journal/live.ts';

addEventListener('keydown', takeKey);
void goLive(new AbortController().signal);
const root = document.querySelector('#console');
if (root) render(<App />, root);
