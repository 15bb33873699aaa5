import { Body, Controller, Post } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentActor, type SignedInActor } from '../../infrastructure/http/actor.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { USER_REGISTERED, UserSchema, type User } from '../users/index.js';
import { RegisterSchema, TokenRequestSchema, TokensSchema } from './auth.schema.js';
import type { Register, TokenRequest, Tokens } from './auth.schema.js';
import { AuthService } from './auth.service.js';

/** Registration, sign-in and sign-out. */
@ApiTags('Auth')
@Controller('v1/auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @Requires('accounts:create')
  @Idempotent('optional')
  @Operation({
    id: 'register',
    emits: [USER_REGISTERED],
    rate: 'register',
    summary: 'Make an account',
    status: 201,
    answers: UserSchema,
    location: '/v1/users/me',
    problems: ['email_taken'],
  })
  register(@Body({ schema: RegisterSchema }) input: Register): Promise<User> {
    return this.auth.register(input);
  }

  @Post('token')
  @Requires('sessions:create')
  @Idempotent('optional')
  @ApiConsumes('application/x-www-form-urlencoded')
  @Operation({
    id: 'createToken',
    emits: [],
    rate: 'sign-in',
    summary: 'Sign in, or refresh a sign-in (OAuth 2.0 token endpoint)',
    description:
      'Grants: `password` and `refresh_token`. A refresh token is good for one use; a second use ends the whole session.',
    answers: TokensSchema,
    problems: ['invalid_grant'],
  })
  token(@Body({ schema: TokenRequestSchema }) request: TokenRequest): Promise<Tokens> {
    return this.auth.token(request);
  }

  @Post('sign-out')
  @Requires('sessions:end')
  @Idempotent('optional')
  @Operation({ id: 'signOut', emits: [], summary: 'End your session at once', status: 204 })
  signOut(@CurrentActor() actor: SignedInActor): Promise<void> {
    return this.auth.signOut(actor);
  }
}
