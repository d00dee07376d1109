import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import {
  AgentReported,
  agentSecretContext,
  type AgentReport,
  type SignedAgentReport,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { open } from '@berth/secrets';
import { later, PATIENCE_ATTEMPTS, type Outcome } from '../bridge/outcome.ts';
import { Config } from '../config.ts';
import { Instances } from '../instances/instances.ts';
import { Looks } from '../instances/looks.ts';
import type { TrackedServer } from '../servers/server.model.ts';
import { Servers } from '../servers/servers.ts';
import type { RejectionReason } from './rejected-report.model.ts';
import { Rejections } from './rejections.ts';
import { claimOf, isSignedWith } from './verify.ts';

type Check = 'accepted' | 'duplicate' | 'not_yet' | RejectionReason;

/** Reports of the agents on servers: believed about their own server when every check holds, else dropped. */
@Injectable()
export class Reports {
  constructor(
    private readonly servers: Servers,
    private readonly instances: Instances,
    private readonly looks: Looks,
    private readonly rejections: Rejections,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Takes a report, `attempt` being how often it has been delivered. Publishes it when it is believed. */
  async receive(signed: SignedAgentReport, attempt: number): Promise<Outcome> {
    const claim = claimOf(signed);
    const server = claim && (await this.servers.find(claim.serverId));
    const patient = attempt < PATIENCE_ATTEMPTS;
    const check = claim ? await this.check(signed, claim, server ?? null, patient) : 'malformed';
    if (check === 'not_yet') return later(attempt);
    if (check !== 'accepted' && check !== 'duplicate') {
      await this.rejections.record(check, server ?? null, signed.payload);
    }
    return 'done';
  }

  /** `not_yet`, while we are patient, for what may only be on its way still. */
  private async check(
    signed: SignedAgentReport,
    claim: AgentReport,
    server: TrackedServer | null,
    patient: boolean,
  ): Promise<Check> {
    if (!server?.watch) return patient ? 'not_yet' : 'unknown_server';
    const { keyId, sealedSecret } = server.watch;
    if (signed.keyId !== keyId) return patient ? 'not_yet' : 'unknown_key';
    const secret = open(this.config.secretsKey, sealedSecret, agentSecretContext(server._id));
    if (!isSignedWith(secret, signed)) return 'bad_signature';
    const owner = await this.ownerOf(claim.instanceId, server.region);
    if (owner === undefined) return patient ? 'not_yet' : 'unknown_instance';
    if (owner !== server._id) return 'foreign_instance';
    return this.servers.observing(server._id, 'observe agent', () => this.accept(claim, server));
  }

  /** The server whose instance this is; EC2 is asked when the report is faster than all other news. */
  private async ownerOf(instanceId: string, region: string): Promise<string | undefined> {
    const known = await this.instances.ownerOf(instanceId);
    return known ?? (await this.looks.at(region, instanceId))?.serverId;
  }

  private async accept(
    report: AgentReport,
    { _id: serverId, accountId, counter }: TrackedServer,
  ): Promise<Check> {
    return this.transactions.run(async () => {
      if (!(await this.servers.advanceCounter(serverId, report.counter))) {
        // SQS delivers at least once: the last one again is no attack.
        return report.counter === counter ? 'duplicate' : 'stale_counter';
      }
      const receivedAt = this.clock.now().toISOString();
      await this.outbox.publish(AgentReported, { ...report, receivedAt }, { accountId });
      return 'accepted';
    });
  }
}
