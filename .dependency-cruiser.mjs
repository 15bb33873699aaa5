import { readdirSync } from 'node:fs';

/** What each module may import, through `index.ts` alone. A new module gets its line here first. */
export const MAY_IMPORT = {
  users: [],
  products: ['inventory', 'media'],
  inventory: [],
  media: [],
  payments: [],
  jobs: ['auth'],
  events: [],
  health: [],
  auth: ['users'],
  carts: ['products', 'inventory'],
  orders: ['carts', 'inventory', 'payments', 'products', 'users'],
  search: ['products'],
  notifications: ['orders', 'users'],
  webhooks: ['users'],
};

const MODULES = '^src/modules/';
const MODULE_OF_THE_FILE = '^src/modules/([^/]+)/';
const SAME_MODULE = '^src/modules/$1/';
const FACE = '^src/modules/[^/]+/index\\.ts$';
const ROOT = '^src/[^/]+\\.ts$';
const SPEC = '\\.spec\\.ts$';
const WORKER_MODULE = '\\.worker\\.module\\.ts$';
const TYPEORM = '(^|/)node_modules/(@nestjs/)?typeorm/';

/** A folder that is not in the table has no boundaries: the check stops with its name. */
function refuseUnknownModules() {
  const unknown = readdirSync('src/modules', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in MAY_IMPORT))
    .map((entry) => entry.name);
  if (unknown.length > 0) {
    throw new Error(`src/modules/${unknown.join(', src/modules/')}: not in the table MAY_IMPORT`);
  }
}

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layers = [
  forbid(
    'config-imports-nobody',
    'Configuration is read before everything else.',
    { path: '^config/' },
    { path: '^(src|test|bench)/' },
  ),
  forbid(
    'common-imports-nobody',
    'common/ is the lowest layer.',
    { path: '^src/common/' },
    { path: ['^src/(?!common/)', '^config/'] },
  ),
  forbid(
    'common-is-pure',
    'common/ knows no framework and does no I/O: zod and node:crypto alone are allowed.',
    { path: '^src/common/', pathNot: SPEC },
    { dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'core'], pathNot: ['(^|/)node_modules/zod/', '^(node:)?crypto$'] },
  ),
  forbid(
    'infrastructure-knows-no-feature',
    'infrastructure/ holds mechanisms, which modules and roots use.',
    { path: '^src/infrastructure/' },
    { path: [MODULES, ROOT] },
  ),
  forbid('modules-know-no-root', 'Roots compose modules, never the reverse.', { path: MODULES }, { path: ROOT }),
  forbid(
    'src-imports-no-tests',
    'What runs in production knows no test.',
    { path: '^(src|config)/' },
    { path: '^(test|bench)/' },
  ),
  forbid(
    'src-needs-no-dev-packages',
    'Production is installed without devDependencies.',
    { path: '^(src|config)/', pathNot: SPEC },
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  ),
];

const betweenModules = [
  ...Object.entries(MAY_IMPORT).map(([name, allowed]) =>
    forbid(
      `modules-of-${name}`,
      `${name} may import: ${allowed.join(', ') || 'no other module'}.`,
      { path: `${MODULES}${name}/` },
      { path: MODULES, pathNot: `${MODULES}(${[name, ...allowed].join('|')})/` },
    ),
  ),
  forbid(
    'public-face-only',
    'A module is entered through its index.ts.',
    { path: MODULE_OF_THE_FILE },
    { path: MODULES, pathNot: [SAME_MODULE, FACE, WORKER_MODULE] },
  ),
  forbid(
    'roots-through-public-face',
    'Roots enter a module through its index.ts or its worker module.',
    { path: ROOT },
    { path: MODULES, pathNot: [FACE, WORKER_MODULE] },
  ),
  forbid(
    'worker-modules-for-roots',
    'A worker module starts processors: only a root may decide that.',
    { path: '^src/', pathNot: ROOT },
    { path: WORKER_MODULE },
  ),
  forbid(
    'face-shows-no-inside',
    'An index.ts never exports rows, repositories or processors.',
    { path: FACE },
    { path: '\\.(entity|repository|processor|consumer)\\.ts$' },
  ),
  forbid(
    'entities-stay-home',
    "Another module's rows are ids; the foreign key is in the migration.",
    { path: '^src/modules/([^/]+)/.*\\.entity\\.ts$' },
    { path: MODULES, pathNot: SAME_MODULE },
  ),
];

const insideModules = [
  forbid(
    'controllers-know-no-rows',
    'A controller calls its service; it sees neither TypeORM nor a repository nor an entity.',
    { path: '\\.controller\\.ts$' },
    { path: [TYPEORM, '\\.(repository|entity)\\.ts$'] },
  ),
  forbid(
    'services-import-no-controller',
    'The order is controller, service, repository, entity.',
    { path: '\\.service\\.ts$' },
    { path: '\\.controller\\.ts$' },
  ),
  forbid(
    'repositories-import-no-service',
    'The order is controller, service, repository, entity.',
    { path: '\\.repository\\.ts$' },
    { path: '\\.(service|controller)\\.ts$' },
  ),
  forbid(
    'entities-are-rows',
    'The order is controller, service, repository, entity.',
    { path: '\\.entity\\.ts$' },
    { path: '\\.(repository|service|controller)\\.ts$' },
  ),
  forbid(
    'pure-files-import-common',
    'State machines and totals are arithmetic that every test can call.',
    { path: '(\\.state|-totals)\\.ts$' },
    { pathNot: '^src/common/' },
  ),
];

const everywhere = [
  forbid('no-cycles', 'A cycle is two files that are one.', { path: '^(src|config)/' }, { circular: true }),
  forbid(
    'no-processors-in-the-api',
    'Bull starts a processor in whatever application holds it; requests and jobs run apart.',
    { path: '^src/(main|api\\.module)\\.ts$' },
    { path: '\\.(processor|consumer)\\.ts$', reachable: true },
  ),
  forbid(
    'every-import-resolves',
    'An import that does not resolve slips past every rule above.',
    { path: '^(src|config)/' },
    { couldNotResolve: true },
  ),
];

refuseUnknownModules();

/** Run at the root of the repository: `depcruise src config`. */
export default {
  forbidden: [...layers, ...betweenModules, ...insideModules, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count: who imports a type knows the module.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
