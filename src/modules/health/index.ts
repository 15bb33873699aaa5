export { HealthModule } from './health.module.js';
export { InvariantsModule } from './invariants.module.js';
