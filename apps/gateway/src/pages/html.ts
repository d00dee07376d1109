import { FAILURES, PROBLEMS } from '@berth/contracts';

/** A page of its own; both are HTML. */
export const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
${body}
</html>
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** Text as HTML, with `what stands in backticks` as code. */
export const inCode = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** What somebody sees who opens the address of the API. */
export const homePage = page(
  'Berth',
  `<p>Pick a size, a version and a disk, and get a dedicated server with its own name, billed by the minute.
<p>This is the REST API. <a href="/docs">Its documentation</a> ·
<a href="/v1/openapi.json">the same for tools</a> (OpenAPI 3.1) · <a href="/docs/messages">messages</a> ·
<a href="/problems">what its problems mean</a> · <a href="/readyz">whether all of it works</a>`,
);

const rows = Object.entries(PROBLEMS).map(
  ([code, { status, title, advice }]) =>
    `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${title}<td>${inCode(advice)}`,
);

const failureRows = Object.entries(FAILURES).map(
  ([code, { title, advice }]) => `<tr id="${code}"><td><code>${code}</code><td>${title}<td>${inCode(advice)}`,
);

/** Where the `type` of a problem leads: /problems#hostname_taken. */
export const problemsPage = page(
  'Problems',
  `<p>Every failure is answered as <code>application/problem+json</code> (RFC 9457) with one of these codes.
<table><tr><th>code<th>status<th>meaning<th>what to do
${rows.join('\n')}
</table>
<h2>Failures</h2>
<p>An operation that has failed carries one of these codes in <code>error</code>, a server whose launch has failed in
<code>failure</code>.
<table><tr><th>code<th>meaning<th>what to do
${failureRows.join('\n')}
</table>`,
);
