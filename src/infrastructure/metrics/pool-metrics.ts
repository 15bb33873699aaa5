import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Metrics } from './metrics.js';

/** The connections of a process to PostgreSQL, as they are when the page is read. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, database: Database) {
    metrics.addGauge('orderly_sql_pool_connections', 'Connections to PostgreSQL by what they are for and state.', {
      labelNames: ['pool', 'state'],
      collect: (gauge) => {
        for (const { pool, busy, idle } of database.connections()) {
          gauge.set({ pool, state: 'busy' }, busy);
          gauge.set({ pool, state: 'idle' }, idle);
        }
      },
    });
    metrics.addGauge('orderly_sql_pool_waiting', 'Pieces of work that wait for a connection.', {
      labelNames: ['pool'],
      collect: (gauge) => {
        for (const { pool, waiting } of database.connections()) gauge.set({ pool }, waiting);
      },
    });
  }
}
