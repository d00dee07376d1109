import { Controller } from '@nestjs/common';
import { SignUp, SignUpInvited, UpdateMe, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Users } from './users.ts';

@Controller()
export class UserHandlers {
  constructor(private readonly users: Users) {}

  @OnRequest(SignUp, { idempotent: true })
  signUp(wanted: DataOf<typeof SignUp>) {
    return this.users.signUp(wanted);
  }

  @OnRequest(SignUpInvited, { idempotent: true })
  signUpInvited(wanted: DataOf<typeof SignUpInvited>) {
    return this.users.signUpInvited(wanted);
  }

  @OnRequest(UpdateMe)
  update(wanted: DataOf<typeof UpdateMe>) {
    return this.users.update(wanted);
  }
}
