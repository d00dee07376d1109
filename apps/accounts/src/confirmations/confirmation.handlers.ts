import { Controller } from '@nestjs/common';
import {
  ConfirmEmail,
  ConfirmEmailChange,
  RequestEmailChange,
  RequestPasswordReset,
  ResendVerification,
  ResetPassword,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { EmailChanges } from './email-changes.ts';
import { PasswordResets } from './password-resets.ts';
import { Verifications } from './verifications.ts';

@Controller()
export class ConfirmationHandlers {
  constructor(
    private readonly verifications: Verifications,
    private readonly passwordResets: PasswordResets,
    private readonly emailChanges: EmailChanges,
  ) {}

  @OnRequest(ResendVerification)
  resendVerification(user: DataOf<typeof ResendVerification>) {
    return this.verifications.resend(user);
  }

  @OnRequest(ConfirmEmail)
  confirmEmail(link: DataOf<typeof ConfirmEmail>) {
    return this.verifications.confirm(link);
  }

  @OnRequest(RequestPasswordReset)
  requestPasswordReset(wanted: DataOf<typeof RequestPasswordReset>) {
    return this.passwordResets.request(wanted);
  }

  @OnRequest(ResetPassword)
  resetPassword(wanted: DataOf<typeof ResetPassword>) {
    return this.passwordResets.reset(wanted);
  }

  @OnRequest(RequestEmailChange)
  requestEmailChange(wanted: DataOf<typeof RequestEmailChange>) {
    return this.emailChanges.request(wanted);
  }

  @OnRequest(ConfirmEmailChange)
  confirmEmailChange(link: DataOf<typeof ConfirmEmailChange>) {
    return this.emailChanges.confirm(link);
  }
}
