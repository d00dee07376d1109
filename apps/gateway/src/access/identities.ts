import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { Authenticate, type ReplyOf } from '@berth/contracts';
import { Broadcasts, problem, RequestTimeout } from '@berth/messaging';
import { Bus } from '../bus/bus.ts';
import type { Passports } from './caller-passports.ts';
import type { AnyCaller } from './caller.ts';

/** How long an answer of accounts is believed at most: what ends access is broadcast, and a broadcast can be lost. */
const BELIEVED_MILLISECONDS = 5_000;
/** Asked for again so long before, while what is believed still serves: nobody waits for accounts who comes often. */
const RENEWED_MILLISECONDS = 2_000;
const MOST_KEPT = 10_000;

/** Whom a credential speaks for, and what shows it to the services. */
interface Identity {
  caller: AnyCaller;
  passports: Passports;
}

interface Known {
  /** Milliseconds of the monotonic clock; counted from the question on, for the answer is as old as that. */
  until: number;
  answer: Promise<ReplyOf<typeof Authenticate>>;
  /** Undefined while accounts is being asked. */
  caller?: AnyCaller;
  /** Accounts has been asked again. */
  isRenewing?: boolean;
}

/**
 * Whom credentials speak for. Accounts is asked once for all requests of a moment, then its answer is believed for a few
 * seconds, or until it is told to be over. A refusal is never kept.
 */
@Injectable()
export class Identities {
  /** By the credential's SHA-256, oldest first: the secrets themselves are not kept. */
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly broadcasts: Broadcasts,
  ) {
    broadcasts.onReattached(() => this.forgetAll());
  }

  /** Null for a credential that is unknown, expired or revoked. Throws `dependency_unavailable`. */
  async of(credential: string): Promise<Identity | null> {
    const digest = createHash('sha256').update(credential).digest('base64');
    const answer = await (this.believed(digest, credential) ?? this.ask(digest, credential));
    const { expiresAt, passports } = answer;
    const caller = callerIn(answer);
    if (!caller || (expiresAt != null && Date.parse(expiresAt) <= this.clock.now().getTime())) return null;
    return { caller, passports };
  }

  /** The API token `tok_…` or session `ses_…` is no longer good. */
  forgetCredential(id: string): void {
    this.forget(({ actor, sessionId }) => actor.id === id || sessionId === id);
  }

  /** What holds for an account and its members has changed. */
  forgetAccount(id: string): void {
    this.forget(({ accountId }) => accountId === id);
  }

  private forgetAll(): void {
    this.known.clear();
  }

  /** Answers on their way are forgotten too: they may have been given before what is to be forgotten ended. */
  private forget(concerns: (caller: AnyCaller) => boolean): void {
    for (const [digest, { caller }] of this.known) if (!caller || concerns(caller)) this.known.delete(digest);
  }

  private believed(digest: string, credential: string): Known['answer'] | undefined {
    const known = this.known.get(digest);
    if (!known) return undefined;
    const left = known.until - performance.now();
    if (left <= 0 || !this.broadcasts.attached) {
      this.known.delete(digest);
      return undefined;
    }
    if (left < RENEWED_MILLISECONDS && known.caller && !known.isRenewing)
      void this.renew(digest, credential, known);
    return known.answer;
  }

  /** Takes the place of what is known, unless that was forgotten meanwhile: then the new answer may be as old as what ended it. */
  private async renew(digest: string, credential: string, known: Known): Promise<void> {
    known.isRenewing = true;
    const until = performance.now() + BELIEVED_MILLISECONDS;
    const answer = await this.authenticate(credential).catch(() => null);
    // Whoever comes when this one is over asks for themselves, and is told what is wrong.
    if (!answer || this.known.get(digest) !== known) return;
    this.known.delete(digest);
    const caller = callerIn(answer);
    if (caller) this.known.set(digest, { until, answer: Promise.resolve(answer), caller });
  }

  private async ask(digest: string, credential: string): Promise<ReplyOf<typeof Authenticate>> {
    const known: Known = {
      until: performance.now() + BELIEVED_MILLISECONDS,
      answer: this.authenticate(credential),
    };
    this.keep(digest, known);
    try {
      const answer = await known.answer;
      const caller = callerIn(answer);
      if (caller) known.caller = caller;
      else this.drop(digest, known);
      return answer;
    } catch (error) {
      this.drop(digest, known);
      throw error;
    }
  }

  private keep(digest: string, known: Known): void {
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MOST_KEPT) this.known.delete(oldest);
    this.known.set(digest, known);
  }

  private drop(digest: string, known: Known): void {
    if (this.known.get(digest) === known) this.known.delete(digest);
  }

  /** Nothing has been done yet when this fails, so a timeout here leaves no unknown outcome. */
  private async authenticate(credential: string): Promise<ReplyOf<typeof Authenticate>> {
    try {
      return await this.bus.ask(Authenticate, { credential });
    } catch (error) {
      throw error instanceof RequestTimeout ? problem('dependency_unavailable') : error;
    }
  }
}

const callerIn = ({ principal, restricted, staff }: ReplyOf<typeof Authenticate>): AnyCaller | null =>
  principal ?? restricted ?? staff ?? null;
