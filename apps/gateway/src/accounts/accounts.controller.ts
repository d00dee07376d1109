import { createHash } from 'node:crypto';
import { Controller } from '@nestjs/common';
import {
  ChangePassword,
  GetLimits,
  GetMe,
  GetStaffMe,
  routes,
  SignUp,
  SignUpInvited,
  UpdateMe,
  type Principal,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { inSession } from '../access/in-session.ts';
import { Bus, type Orderer } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class AccountsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.signUp)
  signUp(@Given() { body, idempotencyKey }: InputOf<'signUp'>) {
    const { invitation, accountName, ...person } = body;
    const who = newcomer(person.email);
    if (invitation !== undefined)
      return this.bus.order(SignUpInvited, { ...person, invitation }, who, idempotencyKey);
    if (accountName === undefined) throw nameless();
    return this.bus.order(SignUp, { ...person, accountName }, who, idempotencyKey);
  }

  @Endpoint(routes.me)
  me(@Caller() { role, accountId, userId }: AnyCaller) {
    return role === 'staff'
      ? this.bus.ask(GetStaffMe, { userId })
      : this.bus.ask(GetMe, { accountId, userId });
  }

  @Endpoint(routes.changePassword)
  async changePassword(@Caller() who: AnyCaller, @Given() { body }: InputOf<'changePassword'>) {
    await this.bus.order(ChangePassword, { ...inSession(who), ...body }, who);
  }

  @Endpoint(routes.updateMe)
  update(@Caller() who: AnyCaller, @Given() { body }: InputOf<'updateMe'>) {
    const { userId } = inSession(who);
    return this.bus.order(UpdateMe, { userId, ...body }, who);
  }

  @Endpoint(routes.limits)
  limits(@Caller() { accountId }: Principal) {
    return this.bus.ask(GetLimits, { accountId });
  }
}

/** Strangers have no account yet; by the address they sign up with, their idempotency keys never meet. */
function newcomer(email: string): Orderer {
  const id = createHash('sha256').update(email.toLowerCase()).digest('hex');
  return { actor: { kind: 'system', id: `signup:${id}` } };
}

const nameless = () =>
  problem('invalid_request', {
    errors: [{ pointer: '/accountName', detail: 'is needed unless there is an invitation' }],
  });
