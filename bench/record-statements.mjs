import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

// Preloaded into the API with `--import`: writes each statement that it sends to a file.
const file = process.env.RECORD_FILE;
if (file) subscribe('orderly:sql', (sql) => appendFileSync(file, `${JSON.stringify(sql)}\n`));
