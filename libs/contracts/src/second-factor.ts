import { z } from 'zod';
import { GivenPassword, SecondFactorCode } from './accounts.ts';
import { Instant, UserId } from './fields.ts';
import { request } from './message.ts';
import { InSession } from './sessions.ts';

/** What somebody sees of their own second factor. */
export const SecondFactorDetails = z.object({
  /** The authenticator app; null: there is none. */
  totp: z.object({ since: Instant }).nullable(),
  /** How many recovery codes are not used. */
  recoveryCodesLeft: z.number().int().nonnegative(),
});
export type SecondFactorDetails = z.output<typeof SecondFactorDetails>;
/** A user's second factor. */
export const GetSecondFactor = request(
  'accounts',
  'berth.accounts.get-second-factor.v1',
  z.object({ userId: UserId }),
  SecondFactorDetails,
  'self:write',
);

export const BeginTotpBody = z.strictObject({ password: GivenPassword });
/** What an authenticator app is told; not in force until a code of it has come back. */
export const TotpSecret = z.object({
  /** Base32, for who types it. */
  secret: z.string(),
  /** `otpauth://totp/…`, for a QR code. */
  uri: z.string(),
  expiresAt: Instant,
});
export type TotpSecret = z.output<typeof TotpSecret>;
/**
 * Makes a secret for an authenticator app, good for ten minutes in the session that asks; one made before is void. 403
 * `wrong_password`, 409 `second_factor_exists`, 429 `too_many_attempts`, 503 `overloaded`.
 */
export const BeginTotp = request(
  'accounts',
  'berth.accounts.begin-totp.v1',
  BeginTotpBody.extend(InSession.shape),
  TotpSecret,
  'self:write',
);

export const ConfirmTotpBody = z.strictObject({ code: SecondFactorCode });
/** Each is good once, instead of a code of the app; shown this once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.output<typeof RecoveryCodes>;
/**
 * Puts the authenticator app in force, and ends all sessions of the user but the one that asks. 403 `wrong_code`, 409
 * `setup_over`, 429 `too_many_attempts`.
 */
export const ConfirmTotp = request(
  'accounts',
  'berth.accounts.confirm-totp.v1',
  ConfirmTotpBody.extend(InSession.shape),
  RecoveryCodes,
  'self:write',
);

/** What weakens the second factor takes both factors. */
export const BothFactorsBody = z.strictObject({ password: GivenPassword, code: SecondFactorCode });
/** Removes a user's second factor. 403 `wrong_password`, `wrong_code`, 409 `no_second_factor`, 429 `too_many_attempts`, 503 `overloaded`. */
export const RemoveTotp = request(
  'accounts',
  'berth.accounts.remove-totp.v1',
  BothFactorsBody.extend({ userId: UserId }),
  z.object({}),
  'self:write',
);
/** Makes new recovery codes; the old ones are void. Problems as of {@link RemoveTotp}. */
export const RenewRecoveryCodes = request(
  'accounts',
  'berth.accounts.renew-recovery-codes.v1',
  BothFactorsBody.extend({ userId: UserId }),
  RecoveryCodes,
  'self:write',
);
