import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Log } from '../logging/logger.js';

/** Milliseconds after which a turn is given up; it may still go on, so that turns must bear each other. */
const TURN_LIMIT_MS = 60_000;

/** Work that a process does again and again, never twice at once, from its start to its stop. */
export abstract class PeriodicTask implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private wokenWhileRunning = false;
  private busy = false;
  private stopped = false;

  /** @param intervalMs milliseconds between two runs */
  constructor(
    private readonly intervalMs: number,
    protected readonly log: Log,
  ) {}

  /** One turn; answers true when there is more to do at once. */
  protected abstract work(): Promise<boolean>;

  /** Runs now, and from now on each interval. */
  onApplicationBootstrap(): void {
    this.wake();
  }

  /** Runs at once, or right after the running turn. */
  wake(): void {
    if (this.stopped) return;
    if (this.busy) {
      this.wokenWhileRunning = true;
      return;
    }
    clearTimeout(this.timer);
    this.busy = true;
    this.running = this.turn();
  }

  /** Waits for the running turn; no other begins. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** A turn that waits for what never comes, such as the answer of a server that was killed, ends none of the next. */
  private async workInTime(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => { reject(new Error(`A turn took longer than ${String(TURN_LIMIT_MS)} ms.`)); }, TURN_LIMIT_MS);
    });
    try {
      return await Promise.race([this.work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async turn(): Promise<void> {
    let more = false;
    do {
      this.wokenWhileRunning = false;
      try {
        more = await this.workInTime();
      } catch (error) {
        more = false;
        this.log.error({ err: error, task: this.constructor.name }, 'periodic task failed');
      }
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- both fields change while the work is awaited
    } while (!this.stopped && (more || this.wokenWhileRunning));
    this.busy = false;
    if (!this.stopped) this.timer = setTimeout(() => { this.wake(); }, this.intervalMs);
  }
}
