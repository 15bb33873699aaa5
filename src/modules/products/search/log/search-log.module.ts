import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SearchLogEntity } from './search-log.entity.js';
import { SearchLogRepository } from './search-log.repository.js';
import { SearchLog } from './search-log.service.js';
import { SearchReportsController } from './search-reports.controller.js';
import { SearchReportsService } from './search-reports.service.js';

/** What buyers search for. */
@Module({
  imports: [TypeOrmModule.forFeature([SearchLogEntity])],
  providers: [SearchLog, SearchLogRepository, SearchReportsService],
  exports: [SearchLog, SearchLogRepository, SearchReportsService],
})
export class SearchLogModule {}

/** The routes of the report on searches. */
@Module({ imports: [SearchLogModule], controllers: [SearchReportsController] })
export class SearchLogApiModule {}
