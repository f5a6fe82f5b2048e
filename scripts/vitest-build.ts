// Builds what the end-to-end tests run: compiled packages and the bundled command line. Incremental: seconds once, then nothing.
import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
