import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { ServerChanged } from '@berth/contracts';
import type { Transition } from '@berth/lifecycle';
import { Outbox } from '@berth/messaging';
import { Config } from '../config.ts';
import { operationView } from '../operations/operations.ts';
import type { LiveStatus, ServerDocument } from './server.model.ts';
import { snapshotOf } from './server.view.ts';

/** Tells an account whatever changes of what it sees of its servers. */
@Injectable()
export class Changes {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Says how the server is now, unless customers were told just that, and notes in it that they were. Within the open
   * transaction, before the server is written.
   */
  async tell(server: ServerDocument, made: readonly Transition<LiveStatus>[] = []): Promise<void> {
    const seen = {
      server: snapshotOf(server, (host) => this.config.serverUrl(host)),
      operation: server.operation && operationView(server.operation),
    };
    const digest = createHash('sha256').update(JSON.stringify(seen)).digest('base64url');
    if (digest === server.told?.digest && made.length === 0) return;
    const revision = (server.told?.revision ?? 0) + 1;
    server.told = { revision, digest };
    const { accountId } = server;
    const at = this.clock.now().toISOString();
    const transitions = made.map(timelineEntryOf);
    await this.outbox.publish(
      ServerChanged,
      { ...seen, accountId, revision, at, transitions },
      { accountId },
    );
  }
}

const timelineEntryOf = ({ sequence, at, from, to, reason, cause }: Transition<LiveStatus>) => ({
  sequence,
  at: at.toISOString(),
  from,
  to,
  reason,
  cause,
});
