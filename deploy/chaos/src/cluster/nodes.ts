import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrokerNode, freePorts, portMapper, rabbitmqServer, type Processes } from '@berth/local';

const NODES = ['one', 'two', 'three'];
const nodeNameOf = (name: string) => `${name}@localhost`;

/** Three RabbitMQ nodes of one cluster, each on ports of its own of this machine. */
export class Cluster {
  private readonly nodes: ReadonlyMap<string, BrokerNode>;

  private constructor(nodes: ReadonlyMap<string, BrokerNode>) {
    this.nodes = nodes;
  }

  static async start(home: string, processes: Processes): Promise<Cluster> {
    const server = rabbitmqServer();
    if (!server) throw new Error('There is no rabbitmq-server on PATH: a cluster needs a real one');
    const { onStart } = processes;
    const cookieHome = join(home, 'cookie');
    mkdirSync(cookieHome, { recursive: true });
    writeFileSync(join(cookieHome, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
    const [mapperPort = 0] = await freePorts(1);
    const mapper = portMapper(cookieHome, mapperPort, processes.log('epmd'), onStart);
    processes.adopt([mapper], () => mapper.stop());
    mapper.start();
    // Without the first setting all leaders are on the node that its service is connected to.
    const settings = [
      'queue_leader_locator = balanced',
      'cluster_partition_handling = pause_minority',
      ...NODES.map(
        (name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${nodeNameOf(name)}`,
      ),
    ];
    const nodes = new Map<string, BrokerNode>();
    for (const name of NODES) {
      const data = join(home, name);
      mkdirSync(data, { recursive: true });
      const where = { data, cookieHome, mapperPort, log: processes.log(name) };
      const node = await BrokerNode.prepare({
        server,
        name,
        nodeName: nodeNameOf(name),
        ...where,
        settings,
        onStart,
      });
      processes.adopt([node.child], () => node.child.stop());
      nodes.set(nodeNameOf(name), node);
      node.start();
      // One after the other: the first makes the cluster, the others join it.
      await node.untilUp();
    }
    return new Cluster(nodes);
  }

  /** What services are given: all three, separated by commas. */
  get urls(): string {
    return [...this.nodes.values()].map(({ url }) => url).join(',');
  }

  /** The node on which the queue's leader is, by name and to do something to. Throws while it has none. */
  async leaderOf(queue: string): Promise<[string, BrokerNode]> {
    const leader = (await this.leaders()).get(queue) ?? '';
    const node = this.nodes.get(leader);
    if (!node) throw new Error(`${queue} has no leader that is known here: ${leader}`);
    return [leader, node];
  }

  /** The leader of each quorum queue. */
  async leaders(): Promise<Map<string, string>> {
    const [any] = this.nodes.values();
    const text = (await any?.control('list_queues', 'name', 'leader', '--formatter', 'json')) ?? '[]';
    const queues = JSON.parse(text) as { name: string; leader: string }[];
    return new Map(queues.filter(({ leader }) => leader).map(({ name, leader }) => [name, leader]));
  }
}

/** Stops the node as a hung machine does, without an end of its connections; resolves when it goes on. */
export async function pauseNode({ child: { pid } }: BrokerNode, wait: () => Promise<unknown>): Promise<void> {
  if (!pid) return;
  process.kill(-pid, 'SIGSTOP');
  try {
    await wait();
  } finally {
    process.kill(-pid, 'SIGCONT');
  }
}
