import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { KeptMail } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { KeptMailModel, type KeptMailDocument } from './kept-mail.model.ts';
import { Post, type Mail } from './mail.ts';

const MOST_KEPT = 200;

/** What stands in for an SMTP server on one machine: the newest mails are kept for whoever looks, and logged with their links. */
@Injectable()
export class Mailbox extends Post {
  private readonly logger = new Logger('Mail');

  constructor(
    @InjectModel(KeptMailModel.name) private readonly mails: Model<KeptMailDocument>,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** In the open transaction: it is kept once, with what its link stands for. */
  async deliver(mail: Mail): Promise<boolean> {
    await this.mails.create({ _id: newId('eml'), at: this.clock.now(), ...mail });
    const { to, subject, link } = mail;
    this.transactions.afterCommit(() => {
      this.logger.log({ to, subject, link }, `Mail to ${to}: ${subject}`);
      return this.makeRoom();
    });
    return true;
  }

  private async makeRoom(): Promise<void> {
    const tooOld = await this.mails.find({}, { _id: 1 }).sort({ _id: -1 }).skip(MOST_KEPT).lean();
    if (tooOld.length > 0) await this.mails.deleteMany({ _id: { $in: tooOld.map(({ _id }) => _id) } });
  }

  /** Newest first. */
  async list(): Promise<KeptMail[]> {
    const found = await this.mails.find().sort({ _id: -1 }).limit(MOST_KEPT).lean<KeptMailDocument[]>();
    return found.map(({ _id: id, at, to, subject, text, html, link }) => ({
      ...{ id, at: at.toISOString() },
      ...{ to, subject, text, html, link },
    }));
  }
}
