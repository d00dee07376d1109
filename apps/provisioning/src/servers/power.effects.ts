import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { EffectContext, EffectResult } from '@berth/lifecycle';
import { Cloud, CloudRefusal } from '../cloud/cloud.ts';
import { Capacity } from './capacity.ts';
import type { ServerDocument } from './server.model.ts';
import { newStart } from './server.transitions.ts';

type Result = EffectResult<ServerDocument>;
type Server = Readonly<ServerDocument>;

/** EC2 takes some seconds from one state to the next; until then a call would be refused. */
const NEXT_LOOK_SECONDS = 5;

/** Starting, stopping and rebooting: these calls carry no token, so each looks first. */
@Injectable()
export class PowerEffects {
  constructor(
    private readonly cloud: Cloud,
    private readonly capacity: Capacity,
    private readonly clock: Clock,
  ) {}

  async start(server: Server, signal: AbortSignal): Promise<Result> {
    const { region, id } = instanceOf(server);
    const state = await this.cloud.stateOf(region, id, signal);
    if (state === 'stopping') return { text: 'EC2 is still stopping it', againInSeconds: NEXT_LOOK_SECONDS };
    if (state !== 'stopped') return { text: `EC2 shows it as ${state ?? 'missing'}`, store: foundCapacity };
    try {
      await this.cloud.start(region, id, signal);
      return { text: 'EC2 accepted the start', store: foundCapacity };
    } catch (error) {
      if (error instanceof CloudRefusal && error.kind === 'capacity') {
        return this.capacity.missing(server, server.zone);
      }
      throw error;
    }
  }

  async stop(server: Server, signal: AbortSignal): Promise<Result> {
    const { region, id } = instanceOf(server);
    const state = await this.cloud.stateOf(region, id, signal);
    if (state !== 'running' && state !== 'pending') return { text: `EC2 shows it as ${state ?? 'missing'}` };
    await this.cloud.stop(region, id, signal);
    return { text: 'EC2 accepted the stop' };
  }

  /** Once per operation at most: noted before it is sent, and the note is taken back only after a certain refusal. */
  async reboot(server: Server, { signal, save }: EffectContext<ServerDocument>): Promise<Result> {
    const { region, id } = instanceOf(server);
    const operationId = server.operation?._id ?? null;
    const { rebootedFor, start } = server;
    await save('the reboot is about to be sent', (now) => {
      now.rebootedFor = operationId;
      now.start = newStart(now, 'restart', this.clock.now());
    });
    try {
      await this.cloud.reboot(region, id, signal);
      return { text: 'EC2 accepted the reboot' };
    } catch (error) {
      if (!(error instanceof CloudRefusal))
        return { text: 'EC2 did not answer the reboot', error: String(error) };
      return {
        text: 'EC2 refused the reboot',
        error: error.message,
        store: (now) => void Object.assign(now, { rebootedFor, start }),
      };
    }
  }
}

const foundCapacity = (now: ServerDocument) => void (now.capacity = null);

function instanceOf({ configuration, instance }: Server): { region: string; id: string } {
  if (!instance) throw new Error('There is no instance');
  return { region: configuration.region, id: instance.id };
}
