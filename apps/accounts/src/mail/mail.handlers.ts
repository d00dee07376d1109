import { Controller } from '@nestjs/common';
import {
  ListKeptMails,
  SendAccountMail,
  SendBudgetMail,
  SendInvitationMail,
  SendInvoiceMail,
  SendMail,
  type DataOf,
} from '@berth/contracts';
import { OnCommand, OnRequest, problem } from '@berth/messaging';
import { BudgetMails } from './budget-mails.ts';
import { InvoiceMails } from './invoice-mails.ts';
import { Post } from './mail.ts';
import { Mailbox } from './mailbox.ts';
import { Mails } from './mails.ts';

@Controller()
export class MailHandlers {
  constructor(
    private readonly mails: Mails,
    private readonly budgetMails: BudgetMails,
    private readonly invoiceMails: InvoiceMails,
    private readonly post: Post,
  ) {}

  /** Makes the secret of a link anew each time; what is not sent is tried again like any message, and refused addresses are not. */
  @OnCommand(SendMail)
  send(mail: DataOf<typeof SendMail>) {
    return this.mails.send(mail);
  }

  @OnCommand(SendInvitationMail)
  invite(mail: DataOf<typeof SendInvitationMail>) {
    return this.mails.invite(mail);
  }

  @OnCommand(SendAccountMail)
  sendOfAccount(mail: DataOf<typeof SendAccountMail>) {
    return this.mails.sendOfAccount(mail);
  }

  @OnCommand(SendBudgetMail)
  sendOfBudget(mail: DataOf<typeof SendBudgetMail>) {
    return this.budgetMails.send(mail);
  }

  @OnCommand(SendInvoiceMail)
  sendOfInvoice(mail: DataOf<typeof SendInvoiceMail>) {
    return this.invoiceMails.send(mail);
  }

  @OnRequest(ListKeptMails)
  async listKept() {
    if (!(this.post instanceof Mailbox)) throw problem('not_found');
    return { items: await this.post.list() };
  }
}
