import { runProcess } from './infrastructure/http/run-process.js';
import { WorkerModule } from './worker.module.js';

await runProcess({
  role: 'worker',
  root: (config) => WorkerModule.forRoot(config),
  port: (config) => config.http.workerPort,
  documents: false,
});
