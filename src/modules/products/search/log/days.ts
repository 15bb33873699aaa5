const DAY_MS = 86_400_000;

/** The day of a moment in UTC, as `YYYY-MM-DD`. */
export function utcDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** The day so many days before another. */
export function daysBefore(day: string, days: number): string {
  return utcDay(new Date(Date.parse(day) - days * DAY_MS));
}
