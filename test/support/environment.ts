/** Where the servers of this run are, as the global set-up has left it in the environment. */
export function testEnvironment() {
  return {
    postgresUrl: required('TEST_POSTGRES_URL'),
    template: required('TEST_POSTGRES_TEMPLATE'),
    redisUrl: required('TEST_REDIS_URL'),
    seenDirectory: required('TEST_SEEN_DIR'),
    documentsFile: required('TEST_DOCUMENTS_FILE'),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through bin/test.`);
  return value;
}
