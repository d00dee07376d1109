import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** No validator is asked and nothing is fetched but the API's own description: the page works without the internet. */
const START = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

const STYLE = `body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2733; background: #fff; }
.swagger-ui .scheme-container { box-shadow: none; border-bottom: 1px solid #d5dce4; }
header { display: flex; gap: 1.5em; padding: .7em 1.5em; background: #1c2733; }
header a { color: #fff; text-decoration: none; } header a:hover { text-decoration: underline; }
.messages { display: grid; grid-template-columns: 17em minmax(0, 1fr); max-width: 80em; margin: auto; }
.messages nav { position: sticky; top: 0; max-height: 100vh; overflow: auto; padding: 1em; box-sizing: border-box; }
.messages nav ul { list-style: none; margin: 0 0 1em; padding: 0; } .messages nav h2 { font-size: 1em; margin: 0; }
.messages main { padding: 1em 2em; min-width: 0; } a { color: #1559a6; }
section { border-top: 1px solid #d5dce4; padding: .5em 0 1em; }
h3 { margin: .5em 0 0; } code { font-size: .9em; background: #eef2f6; padding: .1em .3em; border-radius: 3px; }
.way { color: #516173; margin: .2em 0 .6em; } summary { cursor: pointer; }
dl { margin: .4em 0; padding-left: 1.2em; border-left: 2px solid #d5dce4; } dt { margin-top: .3em; }
dd { margin-left: 1.2em; color: #3c4a59; }
@media (max-width: 50em) { .messages { display: block; } .messages nav { position: static; max-height: none; } }
`;

const file = (name: string) => () => readFile(resolve(`swagger-ui-dist/${name}`), 'utf8');
const text = (content: string) => async () => content;

/** The files that the pages of documentation load, and how each comes by its content. */
export const ASSETS = {
  'page.css': { type: CSS, read: text(STYLE) },
  'start.js': { type: JAVASCRIPT, read: text(START) },
  'swagger-ui.css': { type: CSS, read: file('swagger-ui.css') },
  'swagger-ui.js': { type: JAVASCRIPT, read: file('swagger-ui-bundle.js') },
} as const satisfies Record<string, { type: string; read: () => Promise<string> }>;

export const ASSET_NAMES = Object.keys(ASSETS) as (keyof typeof ASSETS)[];
export type AssetName = keyof typeof ASSETS;
