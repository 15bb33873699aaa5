import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type SignedInActor } from '../../infrastructure/http/actor.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { UserSchema, type User } from './user.schema.js';
import { UsersService } from './users.service.js';

/** The signed-in person's own account. */
@ApiTags('Users')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Requires('profile:read')
  @Operation({ id: 'getMe', summary: 'Read your own account', answers: UserSchema })
  getMe(@CurrentActor() actor: SignedInActor): Promise<User> {
    return this.users.get(actor.userId);
  }
}
