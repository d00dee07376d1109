import type { Letter } from './letters.ts';
import type { Mail } from './mail.ts';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** A letter as text and as plain HTML: no picture, nothing that tells whether it was read. */
export function written({ subject, before, action, after }: Letter, to: string, link: string | null): Mail {
  const paragraphs = (texts: string[]) => texts.map((text) => `<p>${escaped(text)}</p>`);
  const anchor = link && `<p><a href="${escaped(link)}">${escaped(action ?? link)}</a></p>`;
  const text = [...before, ...(link ? [link] : []), ...after].join('\n\n');
  const body = [...paragraphs(before), ...(anchor ? [anchor] : []), ...paragraphs(after)].join('\n');
  return {
    to,
    subject,
    text: `${text}\n`,
    html: `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${escaped(subject)}</title>\n${body}\n</html>\n`,
    link,
  };
}
