import { route } from '@berth/contracts';
import { z } from 'zod';
import { ASSET_NAMES } from '../docs/assets.ts';

const Document = z.record(z.string(), z.unknown());
/** Bytes that the handler sends itself. */
const File = z.unknown();
/** No way into a folder, out of one, or to what is hidden. */
const FileName = z.string().regex(/^[\w-][\w.-]*$/);

/** What the gateway serves besides the routes of the API; open to everybody and not part of the API's document. */
export const pages = {
  home: route({
    method: 'GET',
    path: '/',
    summary: 'Show the web console',
    tag: 'Pages',
    permission: 'public',
    unlimited: true,
    success: { status: 200, body: File },
    problems: ['not_found'],
  }),
  consoleFile: route({
    method: 'GET',
    path: '/{name}.{extension}',
    summary: 'Give a file of the web console by its fixed name, such as its icon',
    tag: 'Pages',
    permission: 'public',
    unlimited: true,
    params: z.strictObject({ name: FileName, extension: FileName }),
    success: { status: 200, body: File },
    problems: ['not_found'],
  }),
  consoleAsset: route({
    method: 'GET',
    path: '/assets/{name}',
    summary: 'Give a file of the web console whose name carries a hash of what is in it',
    tag: 'Pages',
    permission: 'public',
    unlimited: true,
    params: z.strictObject({ name: FileName }),
    success: { status: 200, body: File },
    problems: ['not_found'],
  }),
  problems: route({
    method: 'GET',
    path: '/problems',
    summary: 'List the codes of problems',
    tag: 'Pages',
    permission: 'public',
    success: { status: 200, body: z.string() },
    problems: [],
  }),
  openapi: route({
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Describe the API',
    tag: 'Pages',
    permission: 'public',
    success: { status: 200, body: Document },
    problems: [],
  }),
  asyncapi: route({
    method: 'GET',
    path: '/v1/asyncapi.json',
    summary: 'Describe the messages',
    tag: 'Pages',
    permission: 'public',
    success: { status: 200, body: Document },
    problems: [],
  }),
  docs: route({
    method: 'GET',
    path: '/docs',
    summary: 'Show the API',
    tag: 'Pages',
    permission: 'public',
    success: { status: 200, body: z.string() },
    problems: [],
  }),
  docsMessages: route({
    method: 'GET',
    path: '/docs/messages',
    summary: 'Show the messages',
    tag: 'Pages',
    permission: 'public',
    success: { status: 200, body: z.string() },
    problems: [],
  }),
  docsAsset: route({
    method: 'GET',
    path: '/docs/assets/{name}',
    summary: 'Give a file that those pages load',
    tag: 'Pages',
    permission: 'public',
    params: z.strictObject({ name: z.enum(ASSET_NAMES) }),
    success: { status: 200, body: z.string() },
    problems: ['not_found'],
  }),
  alive: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Say that the process is alive',
    tag: 'Pages',
    permission: 'public',
    unlimited: true,
    success: { status: 200, body: z.object({ status: z.literal('ok') }) },
    problems: [],
  }),
  ready: route({
    method: 'GET',
    path: '/readyz',
    summary: 'Say whether every service can do its work',
    tag: 'Pages',
    permission: 'public',
    unlimited: true,
    success: { status: 200, body: z.object({ status: z.literal('ready') }) },
    problems: ['not_ready'],
  }),
};
