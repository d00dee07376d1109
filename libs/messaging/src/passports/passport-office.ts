import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { SERVICE_NAMES, type AnyPrincipal, type ServiceName } from '@berth/contracts';
import { keyIdOf } from './keys.ts';
import { ALGORITHM, Bearer, ISSUER, LIFETIME_SECONDS, TYPE } from './passport.ts';

/** Signs passports: JSON Web Tokens (RFC 7519) under Ed25519 (RFC 8037). Only accounts has the key. */
export class PassportOffice {
  private readonly keyId: string;

  constructor(private readonly key: KeyObject) {
    this.keyId = keyIdOf(key);
  }

  /** One for each service, which no other takes: a service that is asked cannot ask on in its asker's name. */
  async issue(who: AnyPrincipal, at = new Date()): Promise<Record<string, string>> {
    const entries = SERVICE_NAMES.map(
      async (service) => [service, await this.sign(who, service, at)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** By the machine's time, as the deadlines of requests are. */
  sign(who: AnyPrincipal, service: ServiceName, at = new Date()): Promise<string> {
    return new SignJWT(Bearer.parse(who))
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.keyId })
      .setIssuer(ISSUER)
      .setAudience(service)
      .setIssuedAt(at)
      .setExpirationTime(new Date(at.getTime() + LIFETIME_SECONDS * 1000))
      .sign(this.key);
  }
}
