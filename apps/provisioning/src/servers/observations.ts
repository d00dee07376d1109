import { Injectable } from '@nestjs/common';
import type {
  AgentReported,
  DataOf,
  HealthObserved,
  InstanceObserved,
  RecordInSync,
  RecordRefused,
} from '@berth/contracts';
import { NoSuchAggregate } from '@berth/lifecycle';
import type { MessageContext } from '@berth/messaging';
import { observationCause } from './causes.ts';
import { answered } from './launch-request.ts';
import type { ServerDocument } from './server.model.ts';
import { ServerRunner } from './server.runner.ts';

/**
 * Notes what others observed of a server, which may move it. Each is told apart from older ones by its own number,
 * so that duplicates and late arrivals change nothing. Of a server we don't know nothing is noted.
 */
@Injectable()
export class Observations {
  constructor(private readonly servers: ServerRunner) {}

  instance(seen: DataOf<typeof InstanceObserved>, { id }: MessageContext): Promise<void> {
    const text = `EC2 shows ${seen.instanceId} as ${seen.state}`;
    return this.note(seen.serverId, id, text, (server) => noteInstance(server, seen));
  }

  agent(report: DataOf<typeof AgentReported>, { id }: MessageContext): Promise<void> {
    const { instanceId, bootId, counter, phase, detail = null } = report;
    const text = `the agent reported ${phase}${detail ? `: ${detail}` : ''}`;
    return this.note(report.serverId, id, text, (server) => {
      if (server.formerInstanceIds?.includes(instanceId)) return;
      if (counter <= (server.agent?.counter ?? 0)) return;
      server.agent = { instanceId, bootId, counter, phase, detail };
    });
  }

  health(seen: DataOf<typeof HealthObserved>, { id }: MessageContext): Promise<void> {
    const text = seen.healthy ? 'the health check answered' : 'the health check stopped answering';
    return this.note(seen.serverId, id, text, (server) => noteHealth(server, seen));
  }

  record(answer: DataOf<typeof RecordInSync>, { id }: MessageContext): Promise<void> {
    const text = `the record of ${answer.host} is ${answer.ip ?? 'removed'}`;
    return this.note(answer.serverId, id, text, (server) => {
      if (server.record?.sequence !== answer.sequence || server.record.inSync) return;
      server.record = { ...server.record, inSync: true, refused: null };
    });
  }

  refusedRecord(answer: DataOf<typeof RecordRefused>, { id }: MessageContext): Promise<void> {
    const text = `Route 53 refused the record of ${answer.host}: ${answer.code}`;
    return this.note(answer.serverId, id, text, (server) => {
      if (server.record?.sequence !== answer.sequence || server.record.inSync) return;
      server.record = { ...server.record, refused: answer.code };
      server.refusal ??= server.everRan ? null : { code: answer.code, detail: text };
    });
  }

  private async note(
    serverId: string,
    messageId: string,
    text: string,
    mutate: (server: ServerDocument) => void,
  ): Promise<void> {
    try {
      await this.servers.change(serverId, observationCause(messageId, text), mutate);
    } catch (error) {
      if (!(error instanceof NoSuchAggregate)) throw error;
    }
  }
}

const instant = (text: string | null) => (text === null ? null : new Date(text));

function noteInstance(server: ServerDocument, seen: DataOf<typeof InstanceObserved>): void {
  const { instance, launch, formerInstanceIds } = server;
  if (formerInstanceIds?.includes(seen.instanceId)) return;
  // EC2's answer to RunInstances may be lost or on its way: an instance with our tags is the one it made.
  if (!instance && !launch?.unresolved) return;
  if (instance && (instance.id !== seen.instanceId || instance.revision >= seen.revision)) return;
  // Just made, EC2 may not show it everywhere.
  if (seen.state === 'absent' && instance?.revision === 0) return;
  server.instance = {
    id: seen.instanceId,
    state: seen.state,
    ip: seen.ip,
    launchedAt: instant(seen.launchedAt),
    reasonCode: seen.reasonCode,
    revision: seen.revision,
  };
  if (launch?.unresolved) {
    server.launch = { ...answered(launch), acceptedAt: new Date(seen.launchedAt ?? seen.observedAt) };
    server.capacity = null;
  }
}

function noteHealth(server: ServerDocument, seen: DataOf<typeof HealthObserved>): void {
  if (server.health && server.health.revision >= seen.revision) return;
  const { instanceId, ip, healthy, revision } = seen;
  const since = new Date(seen.observedAt);
  server.health = { instanceId, ip, launchedAt: instant(seen.launchedAt), healthy, since, revision };
  if (!healthy && since >= server.start.at) server.start = { ...server.start, sawUnhealthy: true };
}
