import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SynonymBook } from './synonym-book.js';
import { SynonymSetEntity } from './synonym-set.entity.js';
import { SynonymSetsController } from './synonym-sets.controller.js';
import { SynonymSetsRepository } from './synonym-sets.repository.js';
import { SynonymSetsService } from './synonym-sets.service.js';

/** The synonyms of the search. */
@Module({
  imports: [TypeOrmModule.forFeature([SynonymSetEntity])],
  providers: [SynonymBook, SynonymSetsRepository, SynonymSetsService],
  exports: [SynonymBook, SynonymSetsService],
})
export class SynonymsModule {}

/** The routes of synonyms. */
@Module({ imports: [SynonymsModule], controllers: [SynonymSetsController] })
export class SynonymsApiModule {}
