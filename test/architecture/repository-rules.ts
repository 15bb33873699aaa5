import type { SourceFile } from './source-files.js';

const TOP_LEVEL =
  /^(src|test|config|docker|bin|docs|bench|\.ci|nest-cli\.json|package(-lock)?\.json|tsconfig[a-z.]*\.json|jest\.config\.mjs|eslint\.config\.mjs|\.dependency-cruiser\.mjs|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md|\.(gitignore|dockerignore|editorconfig|npmrc|nvmrc))$/;

/** What a file is, by the end of its name; a new kind of file is entered here first. */
const SUFFIXES = new Set([
  ...['consumer', 'controller', 'decorator', 'entity', 'events', 'filter', 'guard', 'interceptor', 'mapper'],
  ...['module', 'pipe', 'processor', 'queue', 'task', 'repository', 'schema', 'service', 'spec', 'state', 'strategy', 'worker'],
]);
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const BANNED_WORDS = /^(utils?|helpers?|managers?|dtos?|impl|misc|stuff)$/;
const TECHNICAL_FOLDERS =
  /^(application|constants|controllers|domain|dtos?|entities|enums|interfaces|mappers|repositories|schemas|services|types|usecases|use-cases)$/;

/** Entries at the root of the repository that do not belong there. */
export function topLevelFaults(paths: readonly string[]): string[] {
  const entries = new Set(paths.map((path) => path.split('/')[0] ?? ''));
  return [...entries].filter((entry) => !TOP_LEVEL.test(entry));
}

/** Names of sources that are not kebab-case, end in an unknown suffix, or say nothing. */
export function nameFaults(paths: readonly string[]): string[] {
  return paths
    .filter((path) => /^(src|config|test|bench)\/.*\.(ts|mjs|js)$/.test(path))
    .flatMap((path) => {
      const folders = path.split('/').slice(1, -1);
      const [stem = '', ...suffixes] = (path.split('/').at(-1) ?? '').split('.').slice(0, -1);
      const names = [...folders, stem];
      return [
        ...names.filter((name) => !KEBAB_CASE.test(name)).map((name) => `${path}: "${name}" is not kebab-case`),
        ...suffixes.filter((suffix) => !SUFFIXES.has(suffix)).map((suffix) => `${path}: unknown suffix "${suffix}"`),
        ...[...names.flatMap((name) => name.split('-')), ...suffixes]
          .filter((word) => BANNED_WORDS.test(word))
          .map((word) => `${path}: "${word}" says nothing`),
        ...folders
          .filter((folder) => path.startsWith('src/') && TECHNICAL_FOLDERS.test(folder))
          .map((folder) => `${path}: "${folder}" is a technical kind, not a part of the trade`),
      ];
    });
}

const LEAKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', /(?<![\w.\\/$}~-])\/(work|root|Users)\/[\w.-]+/],
  ['a path of one machine', /(?<![\w.\\/$}~-])\/home\/(?!node\b)[\w.-]+/],
  ['a path of one machine', /\b[A-Z]:\\Users\\/],
  ['the host of a package registry', /https?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio|pypi)[\w.-]*/i],
  ['the host of a package registry', /^\s*(@[\w-]+:)?registry\s*=/m],
  ['the host of a package registry', /"resolved":\s*"https?:/],
];

/** Texts that hold what is true on one machine only. */
export function leakFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    LEAKS.flatMap(([what, pattern]) => {
      const found = pattern.exec(text);
      return found ? [`${path}: ${what}: ${found[0].trim()}`] : [];
    }),
  );
}

/** Owners of the tables that mechanisms keep; the others belong to the folder that has their entity. */
const INFRASTRUCTURE_TABLES: Readonly<Record<string, string>> = {
  jobs: 'src/infrastructure/queues',
  queue_pauses: 'src/infrastructure/queues',
  task_schedules: 'src/infrastructure/tasks',
  operations: 'src/infrastructure/operations',
  outbox_events: 'src/infrastructure/outbox',
  idempotency_keys: 'src/infrastructure/idempotency',
};

const TABLE = '(?:public\\.)?"?(\\w+)"?';
const WRITES = [
  `INSERT\\s+INTO\\s+${TABLE}`,
  `UPDATE\\s+(?:ONLY\\s+)?${TABLE}(?:\\s+(?:AS\\s+)?\\w+)?\\s+SET\\b`,
  `DELETE\\s+FROM\\s+(?:ONLY\\s+)?${TABLE}`,
  `MERGE\\s+INTO\\s+(?:ONLY\\s+)?${TABLE}`,
  `COPY\\s+${TABLE}\\s*(?:\\([^)]*\\))?\\s*FROM\\b`,
  `TRUNCATE\\s+(?:TABLE\\s+)?${TABLE}`,
].map((statement) => new RegExp(`\\b${statement}`, 'gi'));
const WRITE_TO_A_VARIABLE = /\b(INSERT INTO|DELETE FROM|MERGE INTO|COPY|TRUNCATE|(?<!FOR (NO KEY )?)UPDATE)\s+\$\{/;

const ownerOf = (path: string): string => /^src\/(modules|infrastructure)\/[^/]+/.exec(path)?.[0] ?? 'src';
const isMigration = (path: string): boolean => path.startsWith('src/infrastructure/database/migrations/');
const namesOf = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

/** Tables that SQL writes outside of their owner's folder, or in two folders when none has their entity. */
export function ownershipFaults(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => /^src\/.*(?<!\.spec)\.ts$/.test(path));
  const tables = new Set(sources.filter(({ path }) => isMigration(path)).flatMap(({ text }) => tablesOf(text)));
  const owners = new Map(Object.entries(INFRASTRUCTURE_TABLES));
  for (const { path, text } of sources) {
    for (const table of namesOf(/@Entity\(\s*(?:\{\s*name:\s*)?['"`](\w+)/g, text)) owners.set(table, ownerOf(path));
  }
  return sources
    .filter(({ path }) => !isMigration(path))
    .flatMap(({ path, text }) => {
      const written = new Set(WRITES.flatMap((write) => namesOf(write, text)).filter((table) => tables.has(table)));
      const foreign = [...written].filter((table) => {
        // Who writes a table that has no entity first is its owner; a second one is a fault.
        if (!owners.has(table)) owners.set(table, ownerOf(path));
        return owners.get(table) !== ownerOf(path);
      });
      return [
        ...foreign.map((table) => `${path}: writes ${table}, which belongs to ${owners.get(table) ?? ''}`),
        ...(WRITE_TO_A_VARIABLE.test(text) ? [`${path}: writes a table that only a variable names`] : []),
      ];
    });
}

const tablesOf = (migration: string): string[] =>
  namesOf(/\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF NOT EXISTS\s+)?"?(\w+)/gi, migration);

/**
 * Migrations that would lock a table in use, or that were generated.
 *
 * An index on a table that another migration made is built concurrently, outside
 * of a transaction, by a migration that does nothing else.
 */
export function migrationFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => isMigration(path) && !path.endsWith('/index.ts'))
    .flatMap(({ path, text }) =>
      [...indexFaults(text), ...generatedFaults(text)].map((fault) => `${path.split('/').at(-1) ?? ''}: ${fault}`),
    );
}

function indexFaults(text: string): string[] {
  const own = new Set(tablesOf(text));
  const indexes = [...text.matchAll(/\bCREATE\s+(?:UNIQUE\s+)?INDEX\b([^(]*?)\bON\s+(?:ONLY\s+)?"?([\w$]+)/gi)]
    .map((match) => ({ concurrently: /\bCONCURRENTLY\b/i.test(match[1] ?? ''), table: match[2] ?? '' }))
    .filter(({ table }) => !own.has(table));
  const constraints = text.matchAll(
    /\bALTER\s+TABLE\s+"?(\w+)[^;`]*?\bADD\s+(?:CONSTRAINT\s+\w+\s+)?(?:UNIQUE|PRIMARY\s+KEY)(?!\s+USING\s+INDEX)/gi,
  );
  const alone = !/\b(CREATE\s+TABLE|ALTER\s+TABLE|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/i.test(text);
  return [
    ...indexes.filter((index) => !index.concurrently).map(({ table }) => `an index on ${table} is not built CONCURRENTLY`),
    ...[...constraints]
      .filter((match) => !own.has(match[1] ?? ''))
      .map((match) => `a key of ${match[1] ?? ''} builds its index under a lock: build it CONCURRENTLY, then USING INDEX`),
    ...(indexes.some((index) => index.concurrently) && !alone ? ['a concurrent index is not alone in its migration'] : []),
    ...(indexes.some((index) => index.concurrently) && !/\btransaction\s*=\s*false\b/.test(text)
      ? ['a concurrent index needs `transaction = false`']
      : []),
  ];
}

function generatedFaults(text: string): string[] {
  const calls = namesOf(/\b\w*[rR]unner\s*\.\s*(?!query\b)(\w+)\s*\(/g, text);
  return [
    ...calls.map((call) => `${call}() hides the SQL: write it by hand`),
    ...(/\bsynchronize\b/.test(text) ? ['synchronize makes what no one reviewed'] : []),
  ];
}

/** Migrations that the list of migrations does not name, so that they would never run. */
export function unlistedMigrations(files: readonly SourceFile[]): string[] {
  const migrations = files.filter(({ path }) => isMigration(path));
  const list = migrations.find(({ path }) => path.endsWith('/index.ts'))?.text ?? '';
  return migrations
    .map(({ path }) => (path.split('/').at(-1) ?? '').replace(/\.ts$/, ''))
    .filter((name) => name !== 'index' && !list.includes(`'./${name}.js'`));
}
