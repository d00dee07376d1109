import { Injectable } from '@nestjs/common';
import { SetRecord } from '@berth/contracts';
import type { EffectResult } from '@berth/lifecycle';
import { Outbox } from '@berth/messaging';
import { Hostnames } from '../hostnames/hostnames.ts';
import type { ServerDocument } from './server.model.ts';

type Result = EffectResult<ServerDocument>;

/** Orders to dns: it answers when Route 53 has carried them out, and answers a repeated order again. */
@Injectable()
export class RecordEffects {
  constructor(
    private readonly outbox: Outbox,
    private readonly hostnames: Hostnames,
  ) {}

  async set({ instance }: Readonly<ServerDocument>): Promise<Result> {
    const ip = instance?.ip ?? null;
    if (ip === null) return { text: 'there is no address yet' };
    // By the time this is stored it may have another one already.
    return { text: 'the record was ordered', store: (now) => this.order(now, now.instance?.ip ?? ip) };
  }

  async remove({ record }: Readonly<ServerDocument>): Promise<Result> {
    if (!record) return { text: 'there is no record' };
    return { text: 'the record was ordered to be removed', store: (now) => this.order(now, null) };
  }

  /** A new wish gets a new number, and so does one that was refused; the same one is repeated under its own. */
  private async order(server: ServerDocument, ip: string | null): Promise<void> {
    const { _id: serverId, accountId, host, hostname, record } = server;
    const isRepeated = record !== null && record.ip === ip && record.refused === null;
    const sequence = isRepeated ? record.sequence : await this.hostnames.nextRecordSequence(hostname);
    if (!isRepeated) server.record = { ip, sequence, inSync: false, refused: null };
    await this.outbox.send(SetRecord, { serverId, host, ip, sequence }, { accountId });
  }
}
