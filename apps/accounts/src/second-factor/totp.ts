import { Secret, TOTP } from 'otpauth';

/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** A phone's clock may be wrong by a step, and a code takes its time to be typed (RFC 6238, 5.2). */
const DRIFT_STEPS = 1;
/** What every app understands: the parameters of the URI are ignored by many. */
const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS };

/** A new secret of an authenticator app, in base32. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** What a QR code tells an app (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). */
export const totpUri = (secret: string, email: string): string =>
  new TOTP({ ...PARAMETERS, issuer: 'Berth', label: email, secret: Secret.fromBase32(secret) }).toString();

/** Whether it has the form of a code of an app. */
export const isTotpCode = (code: string): boolean => /^[0-9]{6}$/.test(code);

/** The time step (RFC 6238: T) of which a code is, the present one or a neighbour; null when it is of none. */
export function totpStep(secret: string, code: string, now: Date): number | null {
  // The library throws at other characters.
  if (!isTotpCode(code)) return null;
  const timestamp = now.getTime();
  const totp = new TOTP({ ...PARAMETERS, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp, window: DRIFT_STEPS });
  return delta === null ? null : TOTP.counter({ period: PERIOD_SECONDS, timestamp }) + delta;
}
