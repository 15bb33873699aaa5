import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Log } from '../../infrastructure/logging/logger.js';
import { Metrics } from '../../infrastructure/metrics/metrics.js';
import { ScheduledTask } from '../../infrastructure/tasks/scheduled-task.js';
import { InvariantsService } from './invariants.service.js';

/** Proves the books each night and says what is wrong, for a person to look at. */
@Injectable()
export class CheckInvariants extends ScheduledTask {
  override readonly name = 'check-invariants';

  constructor(
    private readonly invariants: InvariantsService,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  /** Checks each invariant; logs those that are broken, with ids alone. */
  override async run(): Promise<void> {
    const { invariants, checkedAt } = await this.invariants.check();
    const broken = invariants.filter(({ holds }) => !holds);
    for (const { name, violations, more } of broken) {
      const subject = violations[0]?.subject;
      this.log.error({ invariant: name, subject, ids: violations.map(({ id }) => id), more }, 'an invariant is broken');
    }
    this.metrics.setInvariantsBroken(broken.length, new Date(checkedAt));
  }
}
