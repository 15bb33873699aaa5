import { Injectable } from '@nestjs/common';

/** The only source of time, so that tests can move it. */
@Injectable()
export class Clock {
  /** The present moment. */
  now(): Date {
    return new Date();
  }
}
