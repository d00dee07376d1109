import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { aborted } from '../interruption.ts';
import { clearLeftovers } from '../leftovers.ts';
import { passportKeys } from '../home.ts';
import { startParts } from '../parts.ts';
import { freePorts } from '../ports.ts';
import { Processes } from '../processes.ts';
import { Ids } from '../recorded/ids.ts';
import { learnInstances } from '../recorded/instances.ts';
import { RecordedPassports } from '../recorded/passport.ts';
import { readRecording, RECORDING_KEY } from '../recorded/recording.ts';
import { StandIn } from '../recorded/stand-in.ts';
import type { Served } from './joining.ts';
import { untilServiceReady } from './readiness.ts';
import { startService, type ServiceProcess } from './service-process.ts';

/**
 * A service with a broker, a database and a simulated AWS of its own, all empty; what its neighbours say comes from the
 * recording of a demo run.
 */
export async function serveRecorded({ service, home: shared, signal, say }: Served): Promise<void> {
  const home = join(shared, 'alone', service);
  await clearLeftovers(home);
  rmSync(home, { recursive: true, force: true });
  say(`Berth does not run here: a recording stands in for all but ${service}. Data and logs are in ${home}`);
  const processes = new Processes(home);
  let child: ServiceProcess | undefined;
  let standIn: StandIn | undefined;
  try {
    const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
    const { env, brokerReady } = await startParts(
      {
        ...{ home, port, awsPort, instancePort },
        env: { BERTH_SECRETS_KEY: RECORDING_KEY },
        progress: (line) => say(`  ${line}`),
      },
      processes,
    );
    await brokerReady;
    signal.throwIfAborted();
    const amqpUrl = env['AMQP_URL'] ?? '';
    const { span, said } = readRecording();
    const note = (line: string) => say(`  recording  ${line}`);
    const ids = new Ids(span);
    // The only writer to EC2.
    const prepare =
      service === 'provisioning' ? learnInstances(env['BERTH_AWS_ENDPOINT'] ?? '', ids) : undefined;
    const { BERTH_PASSPORT_KEY } = passportKeys(home);
    const passports = new RecordedPassports(BERTH_PASSPORT_KEY);
    standIn = await StandIn.start({ amqpUrl, service, said, ids, passports, prepare, say: note });
    const own = { ...env, ...(service === 'accounts' && { BERTH_PASSPORT_KEY }) };
    child = startService(service, own, processes.log(service));
    const until = Promise.race([aborted(signal), child.died]);
    const playing = async (service_: ServiceProcess, rest: StandIn) => {
      const url = await service_.started;
      if (!url)
        await untilServiceReady(amqpUrl, service, {
          waiting: (checks) => note(`waiting for ${checks}`),
          signal,
        });
      say(`  ready      ${url ?? service}; log in ${processes.log(service)}; Ctrl-C ends it`);
      await rest.play();
      note(`is over; ${service} goes on`);
    };
    await Promise.race([playing(child, standIn), until]);
    await until;
  } finally {
    await child?.stop();
    await standIn?.stop();
    await processes.stop();
  }
}
