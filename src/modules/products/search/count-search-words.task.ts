import { Injectable } from '@nestjs/common';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { SearchIndexService } from './search-index.service.js';

/** Adds the words of new products, which misspelt words, beginnings and the plan of a search go by. */
@Injectable()
export class CountSearchWords extends ScheduledTask {
  override readonly name = 'count-search-words';

  constructor(private readonly index: SearchIndexService) {
    super();
  }

  override run(): Promise<void> {
    return this.index.countWords();
  }
}
