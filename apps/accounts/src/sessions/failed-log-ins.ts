import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { BeginSession, DataOf } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';
import type { Model } from 'mongoose';
import { AuditEventModel, type StoredAuditEvent } from '../audit/audit-event.model.ts';
import { PersonalDeeds } from '../audit/personal-deeds.ts';
import type { User } from '../users/user.model.ts';
import { Users } from '../users/users.ts';

/** That a code is asked for is a log-in's first half, and no failure. */
const TOLD = ['wrong_credentials', 'wrong_second_factor', 'too_many_attempts'];
/** More wait only when somebody tries thousands of passwords a second, and these then tell nothing more. */
const MOST_WAITING = 1_000;
/** Refusals without a look at the password cost their sender nothing: of a user they are told once in so long. */
const ONCE_IN_MILLISECONDS = 15 * 60_000;

/**
 * Log-ins that failed, in the trail of the account they would have been of. They are written down while the refusal is on its way
 * and not before it: else who waits for it could tell an address that somebody has from one that nobody has.
 */
@Injectable()
export class FailedLogIns implements BeforeApplicationShutdown {
  private readonly logger = new Logger(FailedLogIns.name);
  /** One after the other, so that what is told once in a while is not told twice at once. */
  private last = Promise.resolve();
  private waiting = 0;

  constructor(
    @InjectModel(AuditEventModel.name) private readonly events: Model<StoredAuditEvent>,
    private readonly deeds: PersonalDeeds,
    private readonly users: Users,
    private readonly clock: Clock,
  ) {}

  /** Returns at once. `tried`: whose password was tried, if that was looked up; null is nobody, in whose trail nothing can stand. */
  note(attempt: DataOf<typeof BeginSession>, error: unknown, tried?: User | null): void {
    if (!(error instanceof ProblemError) || !TOLD.includes(error.code) || tried === null) return;
    if (this.waiting >= MOST_WAITING) return;
    this.waiting++;
    this.last = this.last
      .then(() => this.write(attempt, error, tried))
      .catch((failure: unknown) =>
        this.logger.error(failure, 'A failed log-in is missing in the audit trail'),
      )
      .finally(() => this.waiting--);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.last;
  }

  private async write(
    { email, origin }: DataOf<typeof BeginSession>,
    { code, status }: ProblemError,
    tried?: User,
  ): Promise<void> {
    const user = tried ?? (await this.users.withEmail(email));
    if (!user || (code === 'too_many_attempts' && (await this.isTold(user._id, code)))) return;
    await this.deeds.note(user, { action: 'logIn', outcome: 'denied', status, code, ...origin });
  }

  private async isTold(userId: string, code: string): Promise<boolean> {
    const since = new Date(this.clock.now().getTime() - ONCE_IN_MILLISECONDS);
    const told = { userId, code, at: { $gt: since } };
    return (await this.events.exists(told).setOptions({ crossTenant: true })) !== null;
  }
}
