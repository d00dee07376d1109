import type { KeptMail } from '@berth/contracts';
import { escaped, page } from '../pages/html.ts';

const address = ({ id }: KeptMail) => `/dev/mail/${id}`;

/** All mails that were kept, newest first. */
export function mailboxPage(mails: readonly KeptMail[]): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td>${escaped(mail.at)}<td>${escaped(mail.to)}<td><a href="${address(mail)}">${escaped(mail.subject)}</a>`,
  );
  const list = `<table><tr><th>at<th>to<th>subject\n${rows.join('\n')}\n</table>`;
  return page(
    'Mailbox',
    `<p>What this Berth would have sent, were there an SMTP server. <a href="/dev/mail.json">The same for tools</a>.
${mails.length > 0 ? list : '<p>Nothing yet.'}`,
  );
}

/** One of them, as text: what stands in it is never taken for markup of ours. */
export function mailPage(mail: KeptMail): string {
  const { at, to, subject, text, html, link } = mail;
  const open = link === null ? '' : `<p><a href="${escaped(link)}">${escaped(link)}</a>`;
  return page(
    escaped(subject),
    `<p><a href="/dev/mail">Mailbox</a>
<p>${escaped(at)} to ${escaped(to)}
${open}
<h2>Text</h2>
<pre>${escaped(text)}</pre>
<h2>HTML</h2>
<pre>${escaped(html)}</pre>`,
  );
}
