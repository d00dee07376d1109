import { lifecyclePage } from '@berth/lifecycle';
import { serverLifecycle } from './servers/server.lifecycle.ts';

/** docs/generated/server-lifecycle.md. */
export const serverLifecyclePage = (): string => lifecyclePage('The life of a server', serverLifecycle);

if (import.meta.main) process.stdout.write(serverLifecyclePage());
