import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { ServerStatus, type Fleet, type StateCount } from '@berth/contracts';
import type { Model } from 'mongoose';
import { Standings } from '../accounts/standings.ts';
import { ServerModel, type LiveStatus, type ServerDocument } from './server.model.ts';

/** Servers in one state and region. */
interface Cell {
  _id: { status: LiveStatus; region: string };
  servers: number;
  since: Date;
}

const COUNTED: readonly ServerStatus[] = ServerStatus.options.filter((status) => status !== 'terminated');

/** How many servers there are, for staff. */
@Injectable()
export class FleetCount {
  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>,
    private readonly standings: Standings,
    private readonly clock: Clock,
  ) {}

  /** Reads the index of states alone, one entry for each server that is not terminated. */
  async now(): Promise<Fleet> {
    const [cells, accounts] = await Promise.all([
      this.servers
        .aggregate<Cell>([
          { $match: { status: { $in: COUNTED } } },
          {
            $group: {
              _id: { status: '$status', region: '$configuration.region' },
              servers: { $sum: 1 },
              since: { $min: '$enteredAt' },
            },
          },
        ])
        .option({ crossTenant: true }),
      this.standings.count(),
    ]);
    const regions = [...Map.groupBy(cells, ({ _id }) => _id.region)]
      .map(([region, there]) => ({ region, ...summed(there) }))
      .toSorted((a, b) => (a.region < b.region ? -1 : 1));
    return { ...summed(cells), regions, accounts, asOf: this.clock.now().toISOString() };
  }
}

function summed(cells: readonly Cell[]): Pick<Fleet, 'servers' | 'states'> {
  const byStatus = Map.groupBy(cells, ({ _id }) => _id.status);
  const states = [...byStatus]
    .map(([status, there]): StateCount => {
      const since = new Date(Math.min(...there.map((cell) => cell.since.getTime())));
      return { status, servers: total(there), since: since.toISOString() };
    })
    .toSorted((a, b) => COUNTED.indexOf(a.status) - COUNTED.indexOf(b.status));
  return { servers: total(cells), states };
}

const total = (cells: readonly Cell[]): number => cells.reduce((sum, { servers }) => sum + servers, 0);
