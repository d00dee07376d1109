import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ConfirmEmail,
  ConfirmEmailChange,
  RequestEmailChange,
  RequestPasswordReset,
  ResendVerification,
  ResetPassword,
  routes,
} from '@berth/contracts';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { inSession } from '../access/in-session.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { NOBODY, originOf } from '../http/origin.ts';

@Controller()
export class MailController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.resendVerification)
  async resendVerification(@Caller() who: AnyCaller) {
    const { userId } = inSession(who);
    await this.bus.order(ResendVerification, { userId }, who);
  }

  @Endpoint(routes.confirmEmail)
  confirmEmail(@Given() { body }: InputOf<'confirmEmail'>) {
    return this.bus.order(ConfirmEmail, body, NOBODY);
  }

  @Endpoint(routes.requestPasswordReset)
  async requestPasswordReset(
    @Given() { body }: InputOf<'requestPasswordReset'>,
    @Req() request: FastifyRequest,
  ) {
    await this.bus.order(RequestPasswordReset, { ...body, origin: originOf(request) }, NOBODY);
  }

  @Endpoint(routes.resetPassword)
  async resetPassword(@Given() { body }: InputOf<'resetPassword'>, @Req() request: FastifyRequest) {
    await this.bus.order(ResetPassword, { ...body, origin: originOf(request) }, NOBODY);
  }

  @Endpoint(routes.requestEmailChange)
  async requestEmailChange(@Caller() who: AnyCaller, @Given() { body }: InputOf<'requestEmailChange'>) {
    await this.bus.order(RequestEmailChange, { ...inSession(who), ...body }, who);
  }

  @Endpoint(routes.confirmEmailChange)
  confirmEmailChange(@Given() { body }: InputOf<'confirmEmailChange'>) {
    return this.bus.order(ConfirmEmailChange, body, NOBODY);
  }
}
