import { access, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/**
 * Teaches replies to send files of the console (`reply.sendFile`): as Brotli or gzip where the build has put such a file
 * beside and the client takes it. What is not there is unknown like any other path, and so are links and hidden files.
 * Throws when the folder holds no console.
 */
export async function registerConsoleFiles(fastify: FastifyInstance, folder: string): Promise<void> {
  await access(join(folder, 'index.html')).catch(() => {
    throw new Error(`BERTH_CONSOLE: ${folder} holds no index.html`);
  });
  const { default: fastifyStatic } = await import('@fastify/static');
  await fastify.register(fastifyStatic, {
    root: await realpath(folder),
    // Routes are declared in `pages` and guarded like all.
    serve: false,
    preCompressed: true,
    index: false,
    dotfiles: 'ignore',
    onFile: async (file) => {
      if ((await realpath(file)) !== file) throw new NotFoundException(basename(file));
    },
  });
}
