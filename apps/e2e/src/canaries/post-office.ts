import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@berth/testing';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail server that wants a password, takes every mail, and refuses all while it is told to. */
export class PostOffice {
  isRefusing = false;
  private readonly mails: { to: string[]; text: string }[] = [];
  private readonly server: SMTPServer;

  private constructor(private readonly login: { user: string; password: string }) {
    this.server = new SMTPServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, done) =>
        username === login.user && password === login.password
          ? done(null, { user: username })
          : done(new Error('wrong password')),
      onData: (stream, { envelope }, done) => {
        void text(stream).then(async (raw) => {
          if (this.isRefusing) return done(Object.assign(new Error('not today'), { responseCode: 451 }));
          const mail = await PostalMime.parse(raw);
          this.mails.push({ to: envelope.rcptTo.map(({ address }) => address), text: mail.text ?? '' });
          done();
        }, done);
      },
    });
  }

  static async open(login: { user: string; password: string }): Promise<PostOffice> {
    const office = new PostOffice(login);
    await once(office.server.listen(0, '127.0.0.1'), 'listening');
    return office;
  }

  /** For `BERTH_SMTP_URL`. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    const { user, password } = this.login;
    return `smtp://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}?ignoreTLS=true`;
  }

  /** The secret of the newest link to a page of the console that was mailed to an address. */
  secretFor(address: string, page: string): Promise<string> {
    const link = new RegExp(`${page}#(\\S+)`);
    return eventually(() => {
      const found = this.mails
        .filter(({ to }) => to.includes(address))
        .flatMap((mail) => link.exec(mail.text)?.[1] ?? []);
      const newest = found.at(-1);
      if (newest === undefined) throw new Error(`Nothing of ${page} was mailed to ${address}`);
      return newest;
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((closed) => this.server.close(closed));
  }
}
