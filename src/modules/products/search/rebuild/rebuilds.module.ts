import { Module } from '@nestjs/common';
import { SearchModule } from '../search.module.js';
import { RebuildRunner } from './rebuild-runner.service.js';
import { RebuildsController } from './rebuilds.controller.js';
import { RebuildsService } from './rebuilds.service.js';

/** Building the search anew. */
@Module({ imports: [SearchModule], providers: [RebuildRunner, RebuildsService], exports: [RebuildRunner, RebuildsService] })
export class RebuildsModule {}

/** The routes of rebuilds. */
@Module({ imports: [RebuildsModule], controllers: [RebuildsController] })
export class RebuildsApiModule {}
