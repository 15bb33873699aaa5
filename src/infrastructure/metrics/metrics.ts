import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus metrics of a process. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'orderly_http_request_duration_seconds',
    help: 'Time of HTTP requests by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  /** The histogram of each route and status, as many as there are: finding it by its labels takes longer than counting. */
  private readonly series = new Map<string, Histogram.Internal<string>>();
  private readonly jobs = new Histogram({
    name: 'orderly_job_duration_seconds',
    help: 'Time of one run of a job by queue and outcome.',
    labelNames: ['queue', 'outcome'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3_600],
    registers: [this.registry],
  });

  private invariants: { broken: Gauge; checkedAt: Gauge } | undefined;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * Counts a request.
   *
   * @param durationMs milliseconds
   */
  observeRequest(method: string, route: string, status: number, durationMs: number): void {
    const key = `${method} ${route} ${String(status)}`;
    let series = this.series.get(key);
    if (!series) {
      series = this.requests.labels({ method, route, status });
      this.series.set(key, series);
    }
    series.observe(durationMs / 1_000);
  }

  /**
   * Counts a run of a job.
   *
   * @param durationMs milliseconds
   */
  observeJob(queue: string, outcome: 'done' | 'failed', durationMs: number): void {
    this.jobs.observe({ queue, outcome }, durationMs / 1_000);
  }

  /** Says how many invariants were broken when they were checked last. */
  setInvariantsBroken(count: number, checkedAt: Date): void {
    // Made with the first check: before it, 0 would say that all is well.
    this.invariants ??= {
      broken: this.addGauge('orderly_invariants_broken', 'Invariants that were broken at the last check.'),
      checkedAt: this.addGauge('orderly_invariants_checked_timestamp_seconds', 'When they were checked last.'),
    };
    this.invariants.broken.set(count);
    this.invariants.checkedAt.set(checkedAt.getTime() / 1_000);
  }

  /** Adds a gauge; `collect` sets its values when the page is read. */
  addGauge(
    name: string,
    help: string,
    { labelNames = [], collect }: { labelNames?: string[]; collect?: (gauge: Gauge) => Promise<void> | void } = {},
  ): Gauge {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect ? { collect: () => collect(gauge) } : {}),
    });
    return gauge;
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
