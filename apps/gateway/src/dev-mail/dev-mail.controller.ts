import { Controller, Header, NotFoundException } from '@nestjs/common';
import { ListKeptMails, type KeptMail } from '@berth/contracts';
import { Bus } from '../bus/bus.ts';
import { Config } from '../config.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import { pages } from '../pages/pages.ts';
import { mailboxPage, mailPage } from './mailbox-page.ts';

const HTML = 'text/html; charset=utf-8';

/** The mailbox of a local run: where a link that was mailed is found when nothing sends mail. Nobody has to log in. */
@Controller()
export class DevMailController {
  constructor(
    private readonly bus: Bus,
    private readonly config: Config,
  ) {}

  @Endpoint(pages.devMails)
  @Header('content-type', HTML)
  async list() {
    return mailboxPage(await this.mails());
  }

  @Endpoint(pages.devMail)
  @Header('content-type', HTML)
  async read(@Given() { params }: { params: { id: string } }) {
    const mail = (await this.mails()).find(({ id }) => id === params.id);
    if (!mail) throw new NotFoundException();
    return mailPage(mail);
  }

  @Endpoint(pages.devMailsJson)
  async json() {
    return { items: await this.mails() };
  }

  private async mails(): Promise<KeptMail[]> {
    if (!this.config.devMail) throw new NotFoundException();
    return (await this.bus.ask(ListKeptMails, {})).items;
  }
}
