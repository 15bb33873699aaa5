import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Metrics } from './metrics.js';

/** The connections of a process to PostgreSQL, as they are when the page is read. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, database: Database) {
    metrics.addGauge('orderly_sql_pool_connections', 'Connections to PostgreSQL by state.', {
      labelNames: ['state'],
      collect: (gauge) => {
        const { total, idle } = database.connections();
        gauge.set({ state: 'busy' }, total - idle);
        gauge.set({ state: 'idle' }, idle);
      },
    });
    metrics.addGauge('orderly_sql_pool_waiting', 'Pieces of work that wait for a connection.', {
      collect: (gauge) => {
        gauge.set(database.connections().waiting);
      },
    });
  }
}
