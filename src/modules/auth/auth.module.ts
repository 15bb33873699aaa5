import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../../config/config.js';
import { UsersModule } from '../users/index.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { ACCESS_TOKEN } from './access-token.js';
import { JwtStrategy } from './jwt.strategy.js';
import { PasswordHasher } from './password-hasher.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** Sign-in. */
@Module({
  imports: [
    UsersModule,
    PassportModule,
    TypeOrmModule.forFeature([SessionEntity, RefreshTokenEntity]),
    JwtModule.registerAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        secret: config.auth.secret,
        signOptions: ACCESS_TOKEN,
      }),
    }),
  ],
  providers: [AuthService, AuthenticationGuard, JwtStrategy, PasswordHasher, SessionsRepository],
  exports: [AuthService, AuthenticationGuard],
})
export class AuthModule {}

/** The routes of sign-in. */
@Module({ imports: [AuthModule], controllers: [AuthController], exports: [AuthModule] })
export class AuthApiModule {}
