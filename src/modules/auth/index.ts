export { AuthApiModule, AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { AuthenticationGuard } from './authentication.guard.js';
export type { LiveSession } from './live-session.js';
