import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often buyers searched for a query on a day (in UTC). */
@Entity('search_log')
export class SearchLogEntity {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  query!: string;

  @Column('integer')
  searches!: number;

  @Column('integer', { name: 'without_hits' })
  withoutHits!: number;
}
