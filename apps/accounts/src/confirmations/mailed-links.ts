import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { problem } from '@berth/messaging';
import type { Model } from 'mongoose';
import { credentialKind, digestOf, newCredential } from '../credentials/credential.ts';
import { LINK_PURPOSES, MailedLinkModel, type LinkPurpose, type MailedLink } from './mailed-link.model.ts';

const HOUR_MILLISECONDS = 3_600_000;
const GOOD_FOR_MILLISECONDS: Readonly<Record<LinkPurpose, number>> = {
  verification: 24 * HOUR_MILLISECONDS,
  reset: HOUR_MILLISECONDS,
  change: HOUR_MILLISECONDS,
};

/** The links in mails: of each purpose a user has one that is good, the last that was sent. */
@Injectable()
export class MailedLinks {
  constructor(
    @InjectModel(MailedLinkModel.name) private readonly links: Model<MailedLink>,
    private readonly clock: Clock,
  ) {}

  /** Notes that an address is to become the user's; nothing is good before it is {@link sent}. Inside a transaction. */
  async prepareChange(userId: string, email: string, formerEmail: string): Promise<void> {
    await this.put('change', userId, { email, formerEmail, digest: unknown('change') });
  }

  /** The change of address that was asked for last, done or not. */
  change(userId: string): Promise<MailedLink | null> {
    return this.links
      .findOne({ _id: idOf('change', userId) })
      .session(null)
      .lean<MailedLink | null>();
  }

  /** The secret was sent to the address: from now on it is good, and the one before is void. Inside a transaction. */
  async sent(purpose: LinkPurpose, userId: string, email: string, secret: string): Promise<void> {
    const digest = digestOf(secret);
    if (purpose !== 'change') return this.put(purpose, userId, { email, digest });
    // Should it have been given up meanwhile, or another address been asked for, this one may no longer become the user's.
    const asked = { _id: idOf(purpose, userId), email, isOver: { $ne: true } };
    await this.links.updateOne(asked, { $set: { digest, expiresAt: this.endOf(purpose) } });
  }

  /** Throws 404 `not_found` for a secret that {@link use} would not take. */
  async expect(purpose: LinkPurpose, secret: string): Promise<void> {
    const isGood =
      credentialKind(secret) === purpose && (await this.links.exists(this.good(purpose, secret)));
    if (!isGood) throw problem('not_found');
  }

  /** Whose link this is; it is void from now on. Inside a transaction. Throws 404 `not_found` when it is unknown, used, void or over. */
  async use(purpose: LinkPurpose, secret: string): Promise<MailedLink> {
    if (credentialKind(secret) !== purpose) throw problem('not_found');
    const link = await this.links
      .findOneAndUpdate(this.good(purpose, secret), { $set: over(purpose) })
      .lean<MailedLink | null>();
    if (!link) throw problem('not_found');
    return link;
  }

  /** Makes what was sent to a user for these purposes void. */
  async void(userId: string, ...purposes: LinkPurpose[]): Promise<void> {
    for (const purpose of purposes)
      await this.links.updateOne({ _id: idOf(purpose, userId) }, { $set: over(purpose) });
  }

  /** For a user who is gone. */
  async removeAllOf(userId: string): Promise<void> {
    await this.links.deleteMany({ _id: { $in: LINK_PURPOSES.map((purpose) => idOf(purpose, userId)) } });
  }

  private async put(
    purpose: LinkPurpose,
    userId: string,
    fields: Pick<MailedLink, 'email' | 'formerEmail' | 'digest'>,
  ): Promise<void> {
    const $set = { purpose, userId, ...fields, expiresAt: this.endOf(purpose), isOver: false };
    await this.links.updateOne({ _id: idOf(purpose, userId) }, { $set }, { upsert: true });
  }

  private good(purpose: LinkPurpose, secret: string) {
    return { digest: digestOf(secret), purpose, expiresAt: { $gt: this.clock.now() } };
  }

  private endOf(purpose: LinkPurpose): Date {
    return new Date(this.clock.now().getTime() + GOOD_FOR_MILLISECONDS[purpose]);
  }
}

const idOf = (purpose: LinkPurpose, userId: string) => `${purpose} ${userId}`;
/** The digest of a secret that nobody has. */
const unknown = (purpose: LinkPurpose) => digestOf(newCredential(purpose));
const over = (purpose: LinkPurpose) => ({ digest: unknown(purpose), isOver: true });
