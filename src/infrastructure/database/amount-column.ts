import type { ValueTransformer } from 'typeorm';

/** Reads a bigint column of minor units, which the driver gives as text, as a safe integer. */
export const amountColumn: ValueTransformer = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
