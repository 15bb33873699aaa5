/** ES modules that CommonJS packages require: Node 20's Jest cannot require them untransformed. */
const ESM_REQUIRED_BY_CJS = ['cookie', 'content-disposition'];

const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  sourceMaps: true,
};

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/config', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { ...swc, module: { type: 'es6' } }],
    [`node_modules/(${ESM_REQUIRED_BY_CJS.join('|')})/.+\\.js$`]: ['@swc/jest', swc],
  },
  transformIgnorePatterns: [`node_modules/(?!(${ESM_REQUIRED_BY_CJS.join('|')})/)`],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/each-file.ts'],
  reporters: ['default', '<rootDir>/test/support/contract-reporter.mjs'],
  // Tests wait for timers and servers a good part of their time: a third worker uses what two cores leave.
  maxWorkers: 3,
  workerIdleMemoryLimit: '1500MB',
  // A bound for what hangs, also on a machine that is slow today; nothing waits for it.
  testTimeout: 120_000,
};
