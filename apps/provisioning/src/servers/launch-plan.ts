import { agentSecretContext } from '@berth/contracts';
import type { Offer } from '@berth/pricing';
import { open } from '@berth/secrets';
import { userData } from '../boot/user-data.ts';
import type { LaunchPlan } from '../cloud/cloud.ts';
import type { Config } from '../config.ts';
import type { ServerDocument } from './server.model.ts';

/** The data disk's name in the block device mapping; on Nitro instances the agent finds it behind an NVMe name. */
const DATA_DEVICE = '/dev/sdf';

/** All that EC2 is to be told about a server, in our words. */
export function launchPlan(
  server: Readonly<ServerDocument>,
  offer: Offer,
  { zone, clientToken, config }: { zone: string; clientToken: string; config: Config },
): LaunchPlan {
  const { _id: serverId, accountId, agentKey, configuration, boot, operation } = server;
  const { dataPath } = offer.product.boot;
  const { version, size, region } = configuration;
  return {
    region,
    zone,
    image: offer.image,
    instanceType: offer.size.instanceType,
    product: offer.product.id,
    ports: offer.product.ports,
    dataDevice: DATA_DEVICE,
    dataGib: configuration.diskGib,
    clientToken,
    userData: userData(
      offer.product.boot,
      {
        deploymentId: config.deploymentId,
        serverId,
        keyId: agentKey.keyId,
        secret: open(config.secretsKey, agentKey.sealedSecret, agentSecretContext(serverId)),
        topicArn: config.topicArn,
        region,
        health: boot.health,
        dataDevice: DATA_DEVICE,
      },
      { hostname: server.host, serverName: server.name, serverId, version, size, region, dataPath },
    ),
    tags: {
      Name: server.name,
      'berth:server-id': serverId,
      'berth:account-id': accountId,
      'berth:operation-id': operation?._id ?? '',
      'berth:product': configuration.product,
      'berth:version': version,
      'berth:size': size,
    },
  };
}
