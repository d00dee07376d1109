import type { Instance } from '../ec2/model.ts';

/** What a visitor of a simulated server sees. */
export function serverPage(instance: Instance): string {
  const { tags, boot } = instance;
  const name = tags['Name'] ?? tags['berth:server-id'] ?? instance.id;
  const facts: [string, string | undefined][] = [
    ['Server', tags['berth:server-id']],
    ['Instance', instance.id],
    ['Product', tags['berth:product']],
    ['Version', tags['berth:version']],
    ['Size', instance.instanceType],
    ['Zone', instance.zone],
    ['Address', instance.publicIp],
    ['Booted', boot && new Date(boot.startedAt).toISOString()],
    ['State', boot?.ready ? 'ready' : 'starting'],
  ];
  const rows = facts.flatMap(([term, fact]) => (fact ? [`<dt>${term}</dt><dd>${escaped(fact)}</dd>`] : []));
  return page(
    name,
    `<h1>${escaped(name)}</h1><p>This server is simulated: on AWS your software would answer here.</p><dl>${rows.join('')}</dl>`,
  );
}

export const noRecordPage = (name: string) =>
  page(
    'No such name',
    `<h1>No such name</h1><p>The simulated DNS has no record for <b>${escaped(name)}</b>.</p>`,
  );

const page = (title: string, body: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; color: #223 }
  dl { display: grid; grid-template-columns: 8rem 1fr; gap: .25rem }
  dt { color: #667 } dd { margin: 0; font-family: ui-monospace, monospace }
</style>
<body>${body}</body></html>
`;

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
