import type { Clock } from '../../src/infrastructure/clock/clock.js';

/** Moves the time of an application. */
export class TestClock {
  private offsetMs = 0;

  constructor(clock: Clock) {
    const real = clock.now.bind(clock);
    clock.now = () => new Date(real().getTime() + this.offsetMs);
  }

  /** Lets time pass at once. @param seconds seconds */
  advance(seconds: number): void {
    this.offsetMs += seconds * 1_000;
  }
}
