import type { Log } from '../logging/logger.js';

/** Runs work again and again, never twice at once, until it is stopped. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private wokenWhileRunning = false;
  private busy = false;
  private stopped = false;

  /**
   * @param intervalMs milliseconds between two runs
   * @param work answers true when there is more to do at once
   */
  constructor(
    private readonly name: string,
    private readonly intervalMs: number,
    private readonly work: () => Promise<boolean>,
    private readonly log: Log,
  ) {}

  /** Runs now, and from now on each interval. */
  start(): void {
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
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async turn(): Promise<void> {
    let more = false;
    do {
      this.wokenWhileRunning = false;
      try {
        more = await this.work();
      } catch (error) {
        more = false;
        this.log.error({ err: error, task: this.name }, 'periodic task failed');
      }
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- both fields change while the work is awaited
    } while (!this.stopped && (more || this.wokenWhileRunning));
    this.busy = false;
    if (!this.stopped) this.timer = setTimeout(() => { this.wake(); }, this.intervalMs);
  }
}
