import { Logger } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Post, type Mail } from './mail.ts';

/** Well within the minute that a handler has, whatever the server does. */
const MOST_MILLISECONDS = 30_000;
const CONNECTING_MILLISECONDS = 10_000;

/** Sends mails to an SMTP server (RFC 5321), each by a connection of its own. */
export class Smtp extends Post {
  private readonly logger = new Logger('Mail');
  private readonly from: string;
  private readonly transport: Transporter;

  constructor({ url, from }: { url: URL; from: string }) {
    super();
    this.from = from;
    this.transport = createTransport({
      url: url.href,
      connectionTimeout: CONNECTING_MILLISECONDS,
      greetingTimeout: CONNECTING_MILLISECONDS,
      // Links in mails let people in: not over a network in the clear, unless the URL says so.
      ...(needsTls(url) && { requireTLS: true }),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async deliver({ to: address, subject, text, html }: Mail): Promise<boolean> {
    try {
      await this.transport.sendMail({
        from: this.from,
        // As a name and an address it is one recipient, whatever stands in it.
        to: { name: '', address },
        subject,
        text,
        html,
        // Nobody's holiday notice is wanted (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(MOST_MILLISECONDS),
      });
      return true;
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      this.logger.warn({ subject, why: error.message }, 'A mail was refused: there is no such address');
      return false;
    }
  }
}

/** The server takes nothing for this address, now or later. What it has against the sender or the mail is for people to mend. */
function isRefusedForGood(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'permanent' in error &&
    error.permanent === true &&
    'command' in error &&
    error.command === 'RCPT TO'
  );
}

const needsTls = ({ protocol, hostname, searchParams }: URL): boolean =>
  protocol === 'smtp:' &&
  !['localhost', '127.0.0.1', '[::1]'].includes(hostname) &&
  !searchParams.has('ignoreTLS') &&
  !searchParams.has('requireTLS');
