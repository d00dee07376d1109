/** A mail, ready to be sent. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** What it asks to open, if anything. */
  link: string | null;
}

/** Where mails go: to an SMTP server, or where there is none into a mailbox of our own. */
export abstract class Post {
  /** False when the address is refused for good. Throws whatever else is in the way: it may go better another time. */
  abstract deliver(mail: Mail): Promise<boolean>;
}
