// The cloud's process seen from the fuzz: starts it, keeps what it says of its processor time, notices when it ends.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type ToCloud = 'report' | 'reset';

interface Sample {
  readonly kind: 'sample';
  /** Epoch milliseconds, with fractions. */
  readonly at: number;
  /** Processor time of the whole process until then, its functions' threads included. */
  readonly cpuMs: number;
}

interface Ready {
  readonly kind: 'ready';
  readonly url: string;
  readonly httpsUrl: string;
  readonly momentoKey: string;
}

interface Report {
  readonly kind: 'report';
  /** Facts of kind `fault` since the last report. */
  readonly faults: readonly string[];
  readonly rssBytes: number;
}

export type FromCloud = Sample | Ready | Report;

/** What is held against the cloud, apart from its answers. */
export interface Complaints {
  readonly faults: readonly string[];
  /** What it wrote to stderr: Node's warnings, an error that ended it. */
  readonly stderr: string;
  readonly rssBytes: number;
}

/** Ours: milliseconds without a sign of life after which the process is ended. */
const SILENCE_MS = 60_000;

export class CloudProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #samples: Sample[] = [];
  #stderr = '';
  #end: string | undefined;
  #report: ((report: Report) => void) | undefined;
  readonly ready: Promise<Ready>;

  /** @param home folder for the certificate authority, so that it is made once */
  constructor(home: string) {
    const file = fileURLToPath(new URL('./cloud.mjs', import.meta.url));
    this.#child = fork(file, [home], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < 20_000) this.#stderr += chunk.toString();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#end = signal === null ? `exit code ${code}` : `signal ${signal}`;
        resolve(this.#end);
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromCloud) => {
        if (message.kind === 'sample') this.#samples.push(message);
        else if (message.kind === 'report') this.#report?.(message);
        else resolve(message);
      });
      this.#ended.then((end) => reject(new Error(`The cloud did not start: ${end}\n${this.#stderr}`)));
    });
  }

  /** How the process ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Milliseconds since the process last gave a sign of life. */
  get silentMs(): number {
    return performance.timeOrigin + performance.now() - (this.#samples.at(-1)?.at ?? 0);
  }

  /** Processor time that the cloud used between two moments, both in epoch milliseconds: at most that much was for what came then. */
  cpuBetween(from: number, to: number): number {
    const before = this.#samples.findLast(({ at }) => at <= from) ?? this.#samples[0];
    const after = this.#samples.find(({ at }) => at >= to) ?? this.#samples.at(-1);
    return before && after ? Math.max(after.cpuMs - before.cpuMs, 0) : 0;
  }

  /** Asks for what the journal and stderr hold since the last time; samples until now are in afterwards. */
  report(): Promise<Complaints> {
    return this.#ask('report');
  }

  /** Has the cloud forget everything. */
  async reset(): Promise<Complaints> {
    const complaints = await this.#ask('reset');
    this.#samples = this.#samples.slice(-1);
    return complaints;
  }

  async #ask(what: ToCloud): Promise<Complaints> {
    let watch: NodeJS.Timeout | undefined;
    const report = await Promise.race([
      new Promise<Report>((resolve) => {
        this.#report = resolve;
        if (this.#child.connected) this.#child.send(what);
        watch = setInterval(() => this.silentMs > SILENCE_MS && this.#child.kill('SIGKILL'), 1000);
      }),
      this.#ended,
    ]);
    clearInterval(watch);
    const stderr = this.#stderr;
    this.#stderr = '';
    return typeof report === 'string'
      ? { faults: [], stderr, rssBytes: 0 }
      : { faults: report.faults, stderr, rssBytes: report.rssBytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(patience);
  }
}
