import { z } from 'zod';
import {
  ConfirmEmail,
  ConfirmEmailChange,
  MailedSecretBody,
  RequestEmailChangeBody,
  RequestPasswordResetBody,
  ResetPasswordBody,
} from '../mail.ts';
import { route } from './route.ts';

/** What is shown by reading what is sent to an address. The secrets are those of the links in the mails. */
export const mailRoutes = {
  resendVerification: route({
    method: 'POST',
    path: '/v1/email-verifications',
    summary: 'Have the link sent again that verifies your e-mail address',
    tag: 'Accounts',
    permission: 'self:write',
    body: z.strictObject({}),
    success: { status: 202, body: null },
    problems: ['too_many_mails', 'not_a_session'],
  }),
  confirmEmail: route({
    method: 'POST',
    path: '/v1/email-verifications/confirm',
    summary: 'Verify an e-mail address by the secret that was sent to it',
    tag: 'Accounts',
    permission: 'public',
    body: MailedSecretBody,
    success: { status: 200, body: ConfirmEmail.reply },
    problems: ['not_found'],
  }),
  requestPasswordReset: route({
    method: 'POST',
    path: '/v1/password-resets',
    summary:
      'Have a link sent that lets you choose a new password; the answer tells nobody whether there is such a user',
    tag: 'Accounts',
    permission: 'public',
    body: RequestPasswordResetBody,
    success: { status: 202, body: null },
    problems: ['too_many_mails'],
  }),
  resetPassword: route({
    method: 'POST',
    path: '/v1/password-resets/confirm',
    summary: 'Choose a new password by the secret that was sent; all your sessions end',
    tag: 'Accounts',
    permission: 'public',
    body: ResetPasswordBody,
    success: { status: 204, body: null },
    problems: ['not_found'],
  }),
  requestEmailChange: route({
    method: 'POST',
    path: '/v1/email-changes',
    summary: 'Have a link sent to another e-mail address, which becomes yours when you follow it',
    tag: 'Accounts',
    permission: 'self:write',
    body: RequestEmailChangeBody,
    success: { status: 202, body: null },
    problems: ['wrong_password', 'too_many_attempts', 'too_many_mails', 'not_a_session'],
  }),
  confirmEmailChange: route({
    method: 'POST',
    path: '/v1/email-changes/confirm',
    summary: 'Make an e-mail address yours by the secret that was sent to it',
    tag: 'Accounts',
    permission: 'public',
    body: MailedSecretBody,
    success: { status: 200, body: ConfirmEmailChange.reply },
    problems: ['not_found', 'email_taken'],
  }),
};
