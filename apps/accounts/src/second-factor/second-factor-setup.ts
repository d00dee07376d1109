import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type {
  BeginTotp,
  ConfirmTotp,
  DataOf,
  RecoveryCodes,
  RemoveTotp,
  RenewRecoveryCodes,
  ReplyOf,
  TotpSecret,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { open, seal } from '@berth/secrets';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Users } from '../users/users.ts';
import { CodeAttempts } from './code-attempts.ts';
import { newRecoveryCodes, plainCode, recoveryDigest } from './recovery-codes.ts';
import { SecondFactorModel, type SecondFactor } from './second-factor.model.ts';
import { IN_SESSION, SecondFactors, totpContext } from './second-factors.ts';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';

const SETUP_MILLISECONDS = 10 * 60_000;

/** How somebody comes to have a second factor, and how they are rid of it. */
@Injectable()
export class SecondFactorSetup {
  constructor(
    @InjectModel(SecondFactorModel.name) private readonly factors: Model<SecondFactor>,
    private readonly secondFactors: SecondFactors,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly attempts: CodeAttempts,
    private readonly transactions: Transactions,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Throws 403 `wrong_password`, 409 `second_factor_exists`, 429 `too_many_attempts`, 503 `overloaded`. */
  async begin({ userId, sessionId, password }: DataOf<typeof BeginTotp>): Promise<TotpSecret> {
    const { email } = await this.users.expectPassword(userId, password);
    if (await this.secondFactors.has(userId)) throw problem('second_factor_exists');
    const secret = newTotpSecret();
    const sealedSecret = seal(this.config.secretsKey, secret, totpContext(userId));
    const expiresAt = new Date(this.clock.now().getTime() + SETUP_MILLISECONDS);
    const setup = { sealedSecret, sessionId, expiresAt };
    await this.factors.updateOne({ _id: userId }, { $set: { setup } }, { upsert: true });
    return { secret, uri: totpUri(secret, email), expiresAt: expiresAt.toISOString() };
  }

  /** Throws 403 `wrong_code`, 409 `setup_over`, 429 `too_many_attempts`. */
  async confirm({ userId, sessionId, code }: DataOf<typeof ConfirmTotp>): Promise<RecoveryCodes> {
    const now = this.clock.now();
    const setup = (await this.secondFactors.of(userId))?.setup;
    if (setup?.sessionId !== sessionId || setup.expiresAt <= now) throw setupOver();
    const { sealedSecret } = setup;
    const secret = open(this.config.secretsKey, sealedSecret, totpContext(userId));
    const lastStep = await this.attempts.at(
      userId,
      async () => totpStep(secret, plainCode(code), now),
      IN_SESSION,
    );
    if (lastStep === null) throw problem('wrong_code', { detail: 'Is the clock of the phone right?' });
    const recoveryCodes = newRecoveryCodes();
    await this.transactions.run(async () => {
      const { modifiedCount } = await this.factors.updateOne(
        { _id: userId, totp: { $exists: false }, 'setup.sealedSecret': sealedSecret },
        {
          $set: {
            totp: { sealedSecret, confirmedAt: now, lastStep },
            recoveryCodes: digestsOf(userId, recoveryCodes),
          },
          $unset: { setup: 1 },
        },
      );
      if (modifiedCount === 0) throw setupOver();
      await this.sessions.endAll(userId, sessionId);
    });
    return { recoveryCodes };
  }

  /** Throws 403 `wrong_password`, `wrong_code`, 409 `no_second_factor`, 429 `too_many_attempts`, 503 `overloaded`. */
  async remove({ userId, password, code }: DataOf<typeof RemoveTotp>): Promise<ReplyOf<typeof RemoveTotp>> {
    await this.users.expectPassword(userId, password);
    await this.secondFactors.expect(userId, code);
    await this.secondFactors.remove(userId);
    return {};
  }

  /** Throws as {@link remove}. */
  async renewRecoveryCodes({
    userId,
    password,
    code,
  }: DataOf<typeof RenewRecoveryCodes>): Promise<RecoveryCodes> {
    await this.users.expectPassword(userId, password);
    await this.secondFactors.expect(userId, code);
    const recoveryCodes = newRecoveryCodes();
    const { matchedCount } = await this.factors.updateOne(
      { _id: userId, totp: { $exists: true } },
      { $set: { recoveryCodes: digestsOf(userId, recoveryCodes) } },
    );
    // Removed meanwhile, perhaps by the operator.
    if (matchedCount === 0) throw problem('no_second_factor');
    return { recoveryCodes };
  }
}

const setupOver = () => problem('setup_over', { detail: 'Begin again: there are ten minutes for it.' });

const digestsOf = (userId: string, codes: readonly string[]) =>
  codes.map((code) => recoveryDigest(userId, code));
