import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { SecondFactor as Kinds, SecondFactorDetails } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { open } from '@berth/secrets';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { SessionModel, type Session } from '../sessions/session.model.ts';
import { CodeAttempts } from './code-attempts.ts';
import { plainCode, recoveryDigest } from './recovery-codes.ts';
import { SecondFactorModel, type SecondFactor } from './second-factor.model.ts';
import { isTotpCode, totpStep } from './totp.ts';

/** What users log in by besides their passwords, and whether a code is good. */
@Injectable()
export class SecondFactors {
  constructor(
    @InjectModel(SecondFactorModel.name) private readonly factors: Model<SecondFactor>,
    @InjectModel(SessionModel.name) private readonly sessions: Model<Session>,
    private readonly attempts: CodeAttempts,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * For a log-in whose password is right; nothing for who has no second factor. Uses the code up. Wrong ones from where the user is logged in
   * are counted by themselves. Throws 401 `second_factor_required`, `wrong_second_factor`, 429 `too_many_attempts`.
   */
  async expectAtLogIn(userId: string, code: string | undefined, address: string | undefined): Promise<void> {
    const factor = await this.of(userId);
    if (!factor?.totp) return;
    if (code === undefined) throw problem('second_factor_required');
    const place = address !== undefined && (await this.isLoggedInFrom(userId, address)) ? address : undefined;
    if (!(await this.takes(factor, code, place))) throw problem('wrong_second_factor', WAIT);
  }

  /** For who is logged in. Uses the code up. Throws 409 `no_second_factor`, 403 `wrong_code`, 429 `too_many_attempts`. */
  async expect(userId: string, code: string): Promise<void> {
    const factor = await this.of(userId);
    if (!factor?.totp) throw problem('no_second_factor');
    if (!(await this.takes(factor, code, IN_SESSION))) throw problem('wrong_code', WAIT);
  }

  async detailsOf(userId: string): Promise<SecondFactorDetails> {
    const factor = await this.of(userId);
    return {
      totp: factor?.totp ? { since: factor.totp.confirmedAt.toISOString() } : null,
      recoveryCodesLeft: factor?.recoveryCodes?.length ?? 0,
    };
  }

  async has(userId: string): Promise<boolean> {
    return (await this.of(userId))?.totp !== undefined;
  }

  async kindsOf(userId: string): Promise<Kinds> {
    return kinds(await this.of(userId));
  }

  /** Those of many users. */
  async kindsOfAll(userIds: readonly string[]): Promise<(userId: string) => Kinds> {
    const found = await this.factors.find({ _id: { $in: userIds } }).lean<SecondFactor[]>();
    const byUser = new Map(found.map((factor) => [factor._id, factor]));
    return (userId) => kinds(byUser.get(userId));
  }

  /** False when there is none. */
  async remove(userId: string): Promise<boolean> {
    const removed = await this.factors.findOneAndDelete({ _id: userId }).lean<SecondFactor | null>();
    return removed?.totp !== undefined;
  }

  of(userId: string): Promise<SecondFactor | null> {
    return this.factors.findOne({ _id: userId }).lean<SecondFactor | null>();
  }

  /** Only codes of the app are counted: nobody finds a recovery code by trying, and it is what lets in who is locked out. */
  private async takes(factor: SecondFactor, given: string, place?: string): Promise<boolean> {
    const code = plainCode(given);
    if (!isTotpCode(code)) return this.takesRecoveryCode(factor._id, code);
    return (await this.attempts.at(factor._id, () => this.takeTotp(factor, code), place)) !== null;
  }

  /** Sessions of who has a second factor were begun by both factors. */
  private async isLoggedInFrom(userId: string, address: string): Promise<boolean> {
    const session = { userId, 'origin.address': address, expiresAt: { $gt: this.clock.now() } };
    return (await this.sessions.exists(session).setOptions({ crossTenant: true })) !== null;
  }

  /** Of two who come with the same code, at whatever replicas, the database lets one write the step. */
  private async takeTotp({ _id, totp }: SecondFactor, code: string): Promise<number | null> {
    if (!totp) return null;
    const secret = open(this.config.secretsKey, totp.sealedSecret, totpContext(_id));
    const step = totpStep(secret, code, this.clock.now());
    if (step === null) return null;
    const { modifiedCount } = await this.factors.updateOne(
      { _id, 'totp.sealedSecret': totp.sealedSecret, 'totp.lastStep': { $lt: step } },
      { $set: { 'totp.lastStep': step } },
    );
    return modifiedCount === 1 ? step : null;
  }

  private async takesRecoveryCode(_id: string, code: string): Promise<boolean> {
    const digest = recoveryDigest(_id, code);
    const { modifiedCount } = await this.factors.updateOne(
      { _id, recoveryCodes: digest },
      { $pull: { recoveryCodes: digest } },
    );
    return modifiedCount === 1;
  }
}

/** Where only who is logged in comes to. */
export const IN_SESSION = 'in a session';

const WAIT = { detail: 'The app shows another one every half minute, and each is good once.' };

/** Where a sealed secret belongs: nobody's opens in another one's document. */
export const totpContext = (userId: string): string => `totp/${userId}`;

const kinds = (factor: SecondFactor | null | undefined): Kinds => ({ totp: factor?.totp !== undefined });
