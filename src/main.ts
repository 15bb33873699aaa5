import { ApiModule } from './api.module.js';
import { runProcess } from './infrastructure/http/run-process.js';

await runProcess({
  role: 'api',
  root: (config) => ApiModule.forRoot(config),
  port: (config) => config.http.port,
  documents: true,
});
