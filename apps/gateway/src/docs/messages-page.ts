import { escaped, inCode } from '../pages/html.ts';
import type { AsyncApi, Message } from './asyncapi.ts';
import { documentationPage } from './documentation-page.ts';
import { schemaHtml } from './schema-html.ts';

const KINDS = [
  ['event', 'Events'],
  ['command', 'Commands'],
  ['request', 'Requests'],
] as const;

/** An AsyncAPI document for people: who says what to whom, and what stands in it. */
export function messagesPage({ info, components }: AsyncApi): string {
  const groups = KINDS.map(([kind, title]) => ({ title, messages: ofKind(components.messages, kind) }));
  const nav = groups.map(
    ({ title, messages }) =>
      `<h2>${title}</h2><ul>${messages.map(([id, message]) => `<li><a href="#${id}">${escaped(message.title)}</a>`).join('')}</ul>`,
  );
  const sections = groups.map(
    ({ title, messages }) =>
      `<h2>${title}</h2>${messages.map((each) => section(each, components)).join('\n')}`,
  );
  return documentationPage(
    'Messages',
    `<div class="messages"><nav>${nav.join('')}</nav><main><h1>Messages</h1>${paragraphs(info.description)}
<p>The whole of it, for tools: <a href="/v1/asyncapi.json">AsyncAPI 3</a>.${sections.join('\n')}</main></div>`,
  );
}

const ofKind = (messages: Record<string, Message>, kind: string): [string, Message][] =>
  Object.entries(messages)
    .filter(([, { tags }]) => tags.some(({ name }) => name === kind))
    .sort(([a], [b]) => (a < b ? -1 : 1));

function section([id, message]: [string, Message], { messages, schemas }: AsyncApi['components']): string {
  const { name, title, description = '', payload } = message;
  const answer = messages[`${id}Answer`];
  const ways = [message['x-sent-by'].join(', '), message['x-handled-by'].join(', ') || 'whoever listens'];
  return `<section id="${id}"><h3>${escaped(title)}</h3>
<p class="way"><code>${escaped(name)}</code> ${ways.map(escaped).join(' → ')}</p>${paragraphs(description)}
${folded('What it carries', schemaHtml(payload, schemas))}${folded('Its answer', schemaHtml(answer?.payload, schemas))}</section>`;
}

const folded = (title: string, content: string): string =>
  content && `<details><summary>${title}</summary>${content}</details>`;

/** Blank lines part paragraphs, a hyphen begins an item; that much of Markdown is used. */
const paragraphs = (markdown: string): string =>
  markdown
    .split(/\n{2,}|\n(?=- )/)
    .filter(Boolean)
    .map((part) => inCode(part).replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>'))
    .map((part) => (part.startsWith('- ') ? `<li>${part.slice(2)}` : `<p>${part}</p>`))
    .join('\n');
