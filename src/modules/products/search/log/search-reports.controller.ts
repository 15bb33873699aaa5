import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../../infrastructure/http/requires.decorator.js';
import { GetSearchReportSchema, SearchReportSchema, type GetSearchReport, type SearchReport } from './search-report.schema.js';
import { SearchReportsService } from './search-reports.service.js';

/** What buyers search for, for staff. */
@ApiTags('Search')
@Controller('v1/admin/search/report')
export class SearchReportsController {
  constructor(private readonly reports: SearchReportsService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'getSearchReport',
    summary: 'Read what buyers searched for most often, or most often in vain',
    description:
      'Searches are counted by their words, without who searched; they appear within seconds. ' +
      'What may name a person, such as an e-mail address or a long number, is not counted.',
    answers: SearchReportSchema,
  })
  get(@Query({ schema: GetSearchReportSchema }) query: GetSearchReport): Promise<SearchReport> {
    return this.reports.get(query);
  }
}
