import { Injectable } from '@nestjs/common';
import type { Effect } from '@berth/lifecycle';
import { Capacity } from './capacity.ts';
import { LaunchEffects } from './launch.effects.ts';
import { PowerEffects } from './power.effects.ts';
import { RecordEffects } from './record.effects.ts';
import { RemovalEffects } from './removal.effects.ts';
import type { ServerEffect } from './server.lifecycle.ts';
import type { ServerDocument } from './server.model.ts';

/** What the effects of the lifecycle table do in the outside world. */
@Injectable()
export class ServerEffects {
  readonly table: Record<ServerEffect, Effect<ServerDocument>>;

  constructor(
    launch: LaunchEffects,
    power: PowerEffects,
    record: RecordEffects,
    removal: RemovalEffects,
    capacity: Capacity,
  ) {
    this.table = {
      prepareLaunch: (server, { signal }) => launch.prepare(server, signal),
      runInstance: (server, { signal }) => launch.run(server, signal),
      resolveLaunch: (server, { signal }) => launch.resolve(server, signal),
      obtainCapacity: (server, { signal }) =>
        capacity.patiently(server, () =>
          server.everRan ? power.start(server, signal) : launch.run(server, signal),
        ),
      startInstance: (server, { signal }) => power.start(server, signal),
      stopInstance: (server, { signal }) => power.stop(server, signal),
      rebootInstance: (server, context) => power.reboot(server, context),
      terminateInstance: (server, { signal }) => removal.terminate(server, signal),
      deleteDisks: (server, { signal }) => removal.deleteDisks(server, signal),
      setRecord: (server) => record.set(server),
      removeRecord: (server) => record.remove(server),
      release: () => removal.release(),
    };
  }
}
