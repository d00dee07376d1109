import type { Fauxqs } from './sns/fauxqs.ts';
import type { World } from './world.ts';

const EVENTS = 'berth-events';
const INVOICES = 'berth-invoices';

/** What a deployment finds at AWS before its first launch. On real AWS the CDK stack makes it. */
export interface LandingZone {
  topicArn: string;
  queueUrl: string;
  hostedZoneId: string;
  invoiceBucket: string;
  regions: Record<string, { vpcId: string; subnets: Record<string, string> }>;
}

/** Makes what is missing of it; everything carries the deployment's tag. */
export function ensureLandingZone(world: World, fauxqs: Fauxqs, endpoint: string): LandingZone {
  const { config, zones, notifications } = world;
  const region = config.regions[0];
  const { topicArn, queueUrl } = fauxqs.ensureTopicWithQueue({ name: EVENTS, region, endpoint });
  notifications.eventTopicArn = topicArn;
  fauxqs.ensureBucket(INVOICES);
  const callerReference = `landing-zone ${config.zone}`;
  const zone =
    zones.table.all().find((candidate) => candidate.callerReference === callerReference) ??
    zones.create({ name: config.zone, callerReference });
  const regions = Object.fromEntries(config.regions.map((name) => [name, ensureNetwork(world, name)]));
  return { topicArn, queueUrl, hostedZoneId: zone.id, invoiceBucket: INVOICES, regions };
}

function ensureNetwork({ network, config, clock }: World, region: string) {
  const tags = { 'berth:deployment-id': config.deploymentId, Name: `berth-${config.deploymentId}` };
  const vpc =
    network.vpcs
      .all()
      .find((each) => each.region === region && each.tags['berth:deployment-id'] === config.deploymentId) ??
    network.createVpc(region, tags, clock.now());
  const subnets = network.subnets.all().filter((subnet) => subnet.vpcId === vpc.id);
  return { vpcId: vpc.id, subnets: Object.fromEntries(subnets.map(({ zone, id }) => [zone, id])) };
}
