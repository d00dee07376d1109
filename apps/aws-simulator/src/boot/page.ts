import type { Instance, Volume } from '../ec2/model.ts';

/** A simulated server as a visitor sees it: what it was given, and how far its boot is. */
export interface Visited {
  instance: Instance;
  /** Those attached to it. */
  volumes: readonly Volume[];
  /** The name by which it was reached; absent: by its address. */
  host?: string;
}

/** What a visitor of a simulated server sees. No script; every value is text. */
export function serverPage({ instance, volumes, host }: Visited): string {
  const { tags, boot, instanceType, zone, region } = instance;
  const name = tags['Name'] ?? tags['berth:server-id'] ?? instance.id;
  const size = tags['berth:size'];
  const disk = volumes.find(({ attachment }) => attachment?.device === boot?.config?.dataDevice);
  const state = boot?.ready ? 'Ready' : 'Starting';
  const facts: [string, string | undefined][] = [
    ['Product', tags['berth:product']],
    ['Version', tags['berth:version']],
    ['Size', size === undefined ? instanceType : `${size} (${instanceType})`],
    ['Disk', disk && `${disk.sizeGib} GiB`],
    ['Region', `${region} (${zone})`],
    ['Address', instance.publicIp],
    ['Started', boot && `${new Date(boot.startedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['Server', tags['berth:server-id']],
    ['Instance', instance.id],
  ];
  const rows = facts.flatMap(([term, fact]) =>
    fact === undefined ? [] : [`<dt>${term}</dt><dd>${escaped(fact)}</dd>`],
  );
  return page(
    name,
    `<p class="state ${state.toLowerCase()}">${state}</p>
<h1>${escaped(name)}</h1>
<p class="host">${escaped(host ?? instance.publicIp ?? instance.id)}</p>
<dl>
${rows.join('\n')}
</dl>
<p class="note">This server is simulated. On AWS, your software would answer here.</p>`,
  );
}

/** What a browser shows for a name that resolves to nothing; one that is paused has no record either. */
export const noRecordPage = (name: string) =>
  page(
    'No server here',
    `<p class="state away">Away</p>
<h1>No server here</h1>
<p class="host">${escaped(name)}</p>
<p>The simulated DNS has no record for <b>${escaped(name)}</b>: the server is paused or terminated, or it never was.</p>`,
  );

/** All pairs of colours have a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3) in both schemes. */
const STYLE = `
:root { color-scheme: light dark; --back: #eef2f6; --card: #fff; --text: #18212b; --soft: #51606f; --line: #d5dce4;
  --good: #14603a; --on-good: #e1f4ea; --busy: #704600; --on-busy: #fdf0d8; --off: #47525e; --on-off: #e6eaef }
@media (prefers-color-scheme: dark) { :root { --back: #0e141a; --card: #18212b; --text: #e8edf2; --soft: #a6b3c0;
  --line: #303c48; --good: #86e0ab; --on-good: #15351f; --busy: #f3c878; --on-busy: #3a2a0b; --off: #c3ccd6;
  --on-off: #2b3641 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 34rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; overflow-wrap: anywhere }
h1 { margin: .75rem 0 0; font-size: 1.75rem; line-height: 1.2 } p { margin: 0 0 1rem }
.host { color: var(--soft); font-family: ui-monospace, monospace }
.state { display: inline-block; margin: 0; padding: .1rem .75rem; border-radius: 1rem; font-size: .875rem; font-weight: 600 }
.ready { color: var(--good); background: var(--on-good) } .starting { color: var(--busy); background: var(--on-busy) }
.away { color: var(--off); background: var(--on-off) }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .4rem 1rem; margin: 1.5rem 0; padding-top: 1.5rem;
  border-top: 1px solid var(--line) }
dt { color: var(--soft) } dd { margin: 0; font-weight: 500 } .note { margin: 0; color: var(--soft); font-size: .875rem }
`;

const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
