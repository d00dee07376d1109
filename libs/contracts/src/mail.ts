import { z } from 'zod';
import { Email, GivenPassword, NewPassword } from './accounts.ts';
import { AccountId, Instant, InvitationId, SessionId, UserId } from './fields.ts';
import { command, request } from './message.ts';
import { secret } from './secret.ts';
import { LogInOrigin } from './sessions.ts';

/** What is written to a user: the first three carry a link, the others tell what has happened. */
export const MailKind = z.enum([
  'verify_email',
  'reset_password',
  'confirm_new_email',
  'password_changed',
  'email_change_requested',
]);
export type MailKind = z.output<typeof MailKind>;

/**
 * Writes to a user. Carries neither address nor link: who has gone, or has it done already, is not written to, and the secret of a
 * link is made when the mail is. Handled again it sends another mail, whose link makes the former void.
 */
export const SendMail = command(
  'accounts',
  'berth.accounts.send-mail.v1',
  z.object({ kind: MailKind, userId: UserId }),
);
/** Writes to the address that an account has invited, as {@link SendMail} does to users. */
export const SendInvitationMail = command(
  'accounts',
  'berth.accounts.send-invitation-mail.v1',
  z.object({ accountId: AccountId, invitationId: InvitationId }),
);

const Secret = secret(z.string().min(1).max(100));
const byUser = z.object({ userId: UserId });
const NOTHING = z.object({});

/** The secret of a link that was sent to the address. */
export const MailedSecretBody = z.strictObject({ secret: Secret });

/** Has the link that verifies a user's address sent again; nothing is sent to one that is verified. 429 `too_many_mails`. */
export const ResendVerification = request(
  'accounts',
  'berth.accounts.resend-verification.v1',
  byUser,
  NOTHING,
  'self:write',
);
/** Verifies an address. 404 `not_found` when the secret is unknown, used, void or over. */
export const ConfirmEmail = request(
  'accounts',
  'berth.accounts.confirm-email.v1',
  MailedSecretBody,
  z.object({ email: z.string() }),
  'public',
);

export const RequestPasswordResetBody = z.strictObject({ email: Email });
/**
 * Has a link sent that lets whoever reads it choose a password. The same answer after the same work whether anybody has the address;
 * who has been written to a few times in a quarter of an hour is not written to again. 429 `too_many_mails`, by where it comes from alone.
 */
export const RequestPasswordReset = request(
  'accounts',
  'berth.accounts.request-password-reset.v1',
  RequestPasswordResetBody.extend({ origin: LogInOrigin.optional() }),
  NOTHING,
  'public',
);
export const ResetPasswordBody = MailedSecretBody.extend({ password: NewPassword });
/** Sets a password and ends all sessions of its user. 404 `not_found` as {@link ConfirmEmail}, 503 `overloaded`. */
export const ResetPassword = request(
  'accounts',
  'berth.accounts.reset-password.v1',
  ResetPasswordBody.extend({ origin: LogInOrigin.optional() }),
  NOTHING,
  'public',
);

export const RequestEmailChangeBody = z.strictObject({ email: Email, password: GivenPassword });
/**
 * Has a link sent to another address, which becomes the user's when it is confirmed, and a notice to the present one. The address is
 * not reserved. 403 `wrong_password`, 429 `too_many_attempts` or `too_many_mails`, 503 `overloaded`.
 */
export const RequestEmailChange = request(
  'accounts',
  'berth.accounts.request-email-change.v1',
  RequestEmailChangeBody.extend({ userId: UserId, sessionId: SessionId }),
  NOTHING,
  'self:write',
);
/** Makes an address the user's. 404 `not_found` as {@link ConfirmEmail}, 409 `email_taken`. */
export const ConfirmEmailChange = request(
  'accounts',
  'berth.accounts.confirm-email-change.v1',
  MailedSecretBody,
  z.object({ email: z.string() }),
  'public',
);

/** A mail that was kept instead of sent, because there is no SMTP server. */
export const KeptMail = z.object({
  id: z.string(),
  at: Instant,
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** What it asks to open, if anything. */
  link: z.string().nullable(),
});
export type KeptMail = z.output<typeof KeptMail>;
/** The mails that were kept, newest first. 404 `not_found` where mail is sent. */
export const ListKeptMails = request(
  'accounts',
  'berth.accounts.list-kept-mails.v1',
  NOTHING,
  z.object({ items: z.array(KeptMail) }),
  'public',
);
