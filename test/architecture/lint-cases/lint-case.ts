/** A habit with sources that break it and a source that keeps it. */
export interface LintCase {
  readonly rule: string;
  /** Where the sources stand; `*` becomes a name of their own. */
  readonly at?: string;
  readonly breaks: readonly string[];
  readonly keeps: string;
  /** Where `keeps` stands, when the place is what makes it right. */
  readonly keepsAt?: readonly string[];
}

/** A declaration with the docstring that it owes. */
export const documented = (declaration: string): string => `/** Stands for a declaration of the product. */\n${declaration}\n`;

/** The same in a file that knows transactions. */
export const withTransaction = (declaration: string): string =>
  `interface Transaction {\n  query(sql: string): Promise<void>;\n}\n\n${documented(declaration)}`;

/** So many lines. */
export const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
