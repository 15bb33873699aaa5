export { UsersApiModule, UsersModule } from './users.module.js';
export { UsersService, type Credentials } from './users.service.js';
export { UserSchema, type NewUser, type User } from './user.schema.js';
export { USER_REGISTERED } from './user.events.js';
