import { registerHooks } from 'node:module';

/* A process that does a little traced work and says which packages of OpenTelemetry it has loaded for that. */
const loaded = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@opentelemetry/')) loaded.add(specifier);
    return next(specifier, context);
  },
});

const { inScope, inSpan, logger, startTelemetry, stopTelemetry } = await import('./index.ts');
const log = logger('fixture');
await startTelemetry('fixture', log);
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
await inScope({ requestId: 'req-1', traceparent }, () =>
  inSpan({ name: 'work' }, async () => log.log('worked', { loaded: [...loaded] })),
);
const startedAt = performance.now();
await stopTelemetry();
log.log('stopped', { milliseconds: performance.now() - startedAt });
process.exit(0);
