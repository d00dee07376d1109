import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { orElse, output, type Broker, type BrokerOptions } from './broker.ts';
import { BrokerUsers } from './broker-users.ts';
import { Child, lineInLog } from './child.ts';
import { folder } from './home.ts';
import { freePorts } from './ports.ts';

const IMAGE = 'rabbitmq:4-management';
/** Where the container finds the users. */
const DEFINITIONS = '/etc/rabbitmq/definitions.json';

/** RabbitMQ in a container, for machines that have a container engine but no package of it. */
export async function beginBrokerInDocker({ home, onStart }: BrokerOptions): Promise<Broker> {
  const [amqp, http] = (await freePorts(2)) as [number, number];
  const name = `berth-rabbitmq-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
  const log = join(folder(home, 'logs'), 'rabbitmq.log');
  const users = new BrokerUsers();
  const definitions = users.writeTo(folder(home, 'rabbitmq'));
  const args = [
    ...['run', '--rm', '--name', name, '--hostname', 'berth'],
    ...['--volume', `${name}:/var/lib/rabbitmq`, '--volume', `${definitions}:${DEFINITIONS}:ro`],
    ...['--env', `RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit load_definitions "${DEFINITIONS}"`],
    ...['--publish', `127.0.0.1:${amqp}:5672`, '--publish', `127.0.0.1:${http}:15672`],
    IMAGE,
  ];
  // What a killed supervisor left under this name holds the volume.
  spawnSync('docker', ['rm', '--force', name]);
  const node = new Child({
    name: 'rabbitmq',
    command: 'docker',
    args,
    env: process.env,
    log,
    onStart,
  }).start();
  const stop = () => node.stop();
  return {
    url: `amqp://guest:guest@127.0.0.1:${amqp}`,
    users,
    managementUrl: `http://127.0.0.1:${http}`,
    children: [node],
    control: (...args) => output('docker', ['exec', name, 'rabbitmqctl', ...args], process.env),
    ready: orElse(lineInLog(log, /Server startup complete/, { withinSeconds: 180 }), stop),
    stop,
  };
}
