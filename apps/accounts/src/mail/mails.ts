import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, SendAccountMail, SendInvitationMail, SendMail } from '@berth/contracts';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { Config } from '../config.ts';
import type { LinkPurpose } from '../confirmations/mailed-link.model.ts';
import { MailedLinks } from '../confirmations/mailed-links.ts';
import { digestOf, newCredential } from '../credentials/credential.ts';
import { InvitationModel, type Invitation } from '../members/invitation.model.ts';
import { StaffMemberModel, type StaffMember } from '../staff/staff-member.model.ts';
import { isVerified, UserModel, type User } from '../users/user.model.ts';
import * as letters from './letters.ts';
import type { Letter } from './letters.ts';
import { Post } from './mail.ts';
import { written } from './written.ts';

/** The page of the console that a link opens. */
const PAGES = {
  verification: '/verify',
  reset: '/reset',
  change: '/email-change',
  invitation: '/invitation',
};

/**
 * Writes what there is to write, and makes the secrets of links. The mail goes out before anything is stored, and whatever is read for it is
 * read outside the handler's transaction, which the first write begins: while the mail server is spoken to none is open, and nothing locked.
 * Should the rest fail, a mail with a link that is not good has gone out, and another follows.
 */
@Injectable()
export class Mails {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    @InjectModel(StaffMemberModel.name) private readonly staff: Model<StaffMember>,
    @InjectModel(InvitationModel.name) private readonly invitations: Model<Invitation>,
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    private readonly links: MailedLinks,
    private readonly post: Post,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Does nothing for a user who is not there, or has no need of it any more. */
  async send({ kind, userId }: DataOf<typeof SendMail>): Promise<void> {
    const user = await this.user(userId);
    if (!user) return;
    switch (kind) {
      case 'verify_email':
        if (!isVerified(user)) await this.sendLink('verification', userId, user.email, letters.verification);
        return;
      case 'reset_password':
        if (!(await this.isStaff(userId))) await this.sendLink('reset', userId, user.email, letters.reset);
        return;
      case 'password_changed':
        return this.notify(user.email, letters.passwordChanged);
      case 'confirm_new_email':
      case 'email_change_requested':
        return this.sendChange(kind, userId);
    }
  }

  /** Does nothing for one that was revoked, accepted or replaced meanwhile. */
  async invite({ accountId, invitationId }: DataOf<typeof SendInvitationMail>): Promise<void> {
    const [invitation, account] = await Promise.all([
      this.invitations.findOne({ _id: invitationId, accountId }).session(null).lean<Invitation | null>(),
      this.accounts.findOne({ _id: accountId }).session(null).lean<Account | null>(),
    ]);
    if (!invitation || !account || invitation.expiresAt <= this.clock.now()) return;
    const inviter = await this.user(invitation.invitedBy);
    if (!inviter) return;
    const secret = newCredential('invitation');
    const letter = letters.invitation(account.name, inviter.name, invitation.role);
    if (!(await this.post.deliver(written(letter, invitation.email, this.link('invitation', secret)))))
      return;
    const $set = { mailedDigest: digestOf(secret) };
    await this.invitations.updateOne({ _id: invitationId, accountId }, { $set });
  }

  /** Does nothing once the account is open again, or who owned it has gone. */
  async sendOfAccount({ kind, accountId, userId }: DataOf<typeof SendAccountMail>): Promise<void> {
    const account = await this.accounts.findOne({ _id: accountId }).session(null).lean<Account | null>();
    const user = await this.user(userId);
    if (!account?.closing || !user) return;
    const screen = new URL('/account', this.config.publicUrl).href;
    const letter = kind === 'account_closing' ? letters.accountClosing : letters.deletionNear;
    const mail = written(letter(account.name, account.closing.deletesAt), user.email, screen);
    await this.post.deliver(mail);
  }

  private async sendChange(
    kind: 'confirm_new_email' | 'email_change_requested',
    userId: string,
  ): Promise<void> {
    const change = await this.links.change(userId);
    if (!change) return;
    if (kind === 'confirm_new_email')
      return change.isOver ? undefined : this.sendLink('change', userId, change.email, letters.newAddress);
    if (change.formerEmail) await this.notify(change.formerEmail, letters.changeRequested(change.email));
  }

  private async sendLink(purpose: LinkPurpose, userId: string, to: string, letter: Letter): Promise<void> {
    const secret = newCredential(purpose);
    const delivered = await this.post.deliver(written(letter, to, this.link(purpose, secret)));
    if (delivered) await this.links.sent(purpose, userId, to, secret);
  }

  private async notify(to: string, letter: Letter): Promise<void> {
    await this.post.deliver(written(letter, to, null));
  }

  /** The secret is in the fragment, which browsers send to nobody. */
  private link(page: keyof typeof PAGES, secret: string): string {
    return new URL(`${PAGES[page]}#${secret}`, this.config.publicUrl).href;
  }

  private user(userId: string): Promise<User | null> {
    return this.users.findOne({ _id: userId }).session(null).lean<User | null>();
  }

  private async isStaff(userId: string): Promise<boolean> {
    return (await this.staff.exists({ _id: userId }).session(null)) !== null;
  }
}
