import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../../common/problems/problem.js';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { daysBefore, utcDay } from './days.js';
import { SearchLogRepository } from './search-log.repository.js';
import { DEFAULT_DAYS, MAX_DAYS, type GetSearchReport, type SearchReport } from './search-report.schema.js';

/** Reports on what buyers search for. */
@Injectable()
export class SearchReportsService {
  constructor(
    private readonly searches: SearchLogRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The queries that were searched for most often, or most often in vain.
   *
   * @throws Problem `invalid_request` (400) when the days are in the wrong order or too many
   */
  async get({ kind, limit, ...named }: GetSearchReport): Promise<SearchReport> {
    const to = named.to ?? utcDay(this.clock.now());
    const from = named.from ?? daysBefore(to, DEFAULT_DAYS - 1);
    if (from > to) throw invalidRequest({ pointer: '/from', detail: 'must not be after the last day' });
    if (from < daysBefore(to, MAX_DAYS - 1)) {
      throw invalidRequest({ pointer: '/from', detail: `must be one of ${String(MAX_DAYS)} days that end with the last day` });
    }
    return { kind, from, to, data: await this.searches.report({ from, to, kind, limit }) };
  }
}
