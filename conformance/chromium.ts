// Chromium as Debian installs it. Tests that look at pages are skipped where there is none, and the reason printed.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

export const hasChromium = executablePath !== undefined;
if (!hasChromium) console.log('Pages are not looked at: no Chromium is installed (apt-get install chromium).');

/** @param args of the command line */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox', ...args] });
}
