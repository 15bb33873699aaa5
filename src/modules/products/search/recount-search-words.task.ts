import { Injectable } from '@nestjs/common';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { SearchIndexService } from './search-index.service.js';

/** Counts all words of the catalogue each night, so that words that are gone do not stay. */
@Injectable()
export class RecountSearchWords extends ScheduledTask {
  override readonly name = 'recount-search-words';

  constructor(private readonly index: SearchIndexService) {
    super();
  }

  override run(): Promise<void> {
    return this.index.countAllWords();
  }
}
