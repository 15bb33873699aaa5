import { Reflector } from '@nestjs/core';
import type { Permission } from './permissions.js';

/** Names the permission that a route needs; a route that names none fails at start. */
export const Requires = Reflector.createDecorator<Permission>();
