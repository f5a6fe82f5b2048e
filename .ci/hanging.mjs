// A reporter of vitest that names the test files that hang: those that have been running for five minutes, with their open tests.
// Without it a run that is ended for its time does not say which file it was.
import { relative } from 'node:path';

const PATIENCE_MS = 5 * 60_000;

export default class Hanging {
  #running = new Map();
  #timer;

  onTestRunStart() {
    this.#timer = setInterval(() => this.#tell(), PATIENCE_MS / 5);
    this.#timer.unref();
  }

  onTestModuleQueued({ moduleId }) {
    this.#running.set(moduleId, { sinceMs: Date.now(), open: new Set() });
  }

  onTestCaseReady({ module, fullName }) {
    this.#running.get(module.moduleId)?.open.add(fullName);
  }

  onTestCaseResult({ module, fullName }) {
    this.#running.get(module.moduleId)?.open.delete(fullName);
  }

  onTestModuleEnd({ moduleId }) {
    this.#running.delete(moduleId);
  }

  onTestRunEnd() {
    clearInterval(this.#timer);
  }

  #tell() {
    for (const [moduleId, { sinceMs, open }] of this.#running) {
      const minutes = (Date.now() - sinceMs) / 60_000;
      if (minutes * 60_000 < PATIENCE_MS) continue;
      console.log(
        `HANGS? ${relative('.', moduleId)}, ${minutes.toFixed(0)} minutes: ${[...open].join('; ') || 'between its tests'}`,
      );
    }
  }
}
