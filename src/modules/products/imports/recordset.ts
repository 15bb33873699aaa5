import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** The columns of an entity, as statements over many rows name them. */
export interface Recordset {
  /** The columns by their own names. */
  readonly columns: string;
  /** The same columns of the rows that are sent. */
  readonly values: string;
  /** What `json_to_recordset` is to read of those rows. */
  readonly shape: string;
  /** The columns as the entity names them. */
  readonly selection: string;
  /** Gives each column but some the value that is sent. */
  readonly assignments: (except: ReadonlySet<string>) => string;
  /** The same for a row that is there already. */
  readonly replacements: (except: ReadonlySet<string>) => string;
}

/**
 * Rows go to PostgreSQL as one JSON text and come out as columns there: one statement for any number
 * of rows, and its text is the same for all numbers.
 */
export function recordsetOf<E extends ObjectLiteral>(tx: Transaction, entity: EntityTarget<E>): Recordset {
  const columns = tx.repository(entity).metadata.columns.map((column) => {
    const type = column.type as string;
    return {
      property: `"${column.propertyName}"`,
      name: column.databaseName,
      type: `${type === 'char' ? `char(${column.length})` : type}${column.isArray ? '[]' : ''}`,
    };
  });
  const list = (toText: (column: (typeof columns)[number]) => string): string => columns.map(toText).join(', ');
  const assign = (except: ReadonlySet<string>, toValue: (column: (typeof columns)[number]) => string): string =>
    columns
      .filter(({ name }) => !except.has(name))
      .map((column) => `${column.name} = ${toValue(column)}`)
      .join(', ');
  return {
    columns: list(({ name }) => name),
    values: list(({ property }) => `r.${property}`),
    shape: `r (${list(({ property, type }) => `${property} ${type}`)})`,
    // A 64-bit number would come as a text.
    selection: list(({ name, property, type }) => `${name}${type === 'bigint' ? '::float8' : ''} AS ${property}`),
    assignments: (except) => assign(except, ({ property }) => `r.${property}`),
    replacements: (except) => assign(except, ({ name }) => `EXCLUDED.${name}`),
  };
}
