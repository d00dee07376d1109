import type { VirtualClock } from '../clock.ts';
import type { Instance } from '../ec2/model.ts';
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import { ACCOUNT, type Fauxqs } from './fauxqs.ts';

/** How long an EventBridge rule may take to reach SNS. */
const EVENT_SECONDS = 0.05;

/** What AWS and the instances publish to SNS. Each one is a job until it is published, so a killed process loses none. */
export class Notifications {
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #faults: Faults;
  readonly #publishIn: (delaySeconds: number, message: { topicArn: string; body: string }) => void;
  /** Where EventBridge's rule sends to; set by the landing zone. */
  eventTopicArn = '';

  constructor({
    clock,
    random,
    faults,
    fauxqs,
  }: {
    clock: VirtualClock;
    random: Random;
    faults: Faults;
    fauxqs: Fauxqs;
  }) {
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
    this.#publishIn = clock.job('publish', ({ topicArn, body }) => {
      if (!fauxqs.publish(topicArn, body)) console.error(`no topic ${topicArn}: a message is lost`);
    });
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
  stateChanged(instance: Instance): void {
    const event = {
      version: '0',
      id: this.#random.uuid(),
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      account: ACCOUNT,
      time: `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`,
      region: instance.region,
      resources: [`arn:aws:ec2:${instance.region}:${ACCOUNT}:instance/${instance.id}`],
      detail: { 'instance-id': instance.id, state: instance.state },
    };
    this.#send('ec2', this.eventTopicArn, JSON.stringify(event), EVENT_SECONDS);
  }

  agentReport(topicArn: string, body: string): void {
    this.#send('agent', topicArn, body, 0);
  }

  #send(source: 'ec2' | 'agent', topicArn: string, body: string, afterSeconds: number): void {
    for (const delay of this.#faults.deliveries(source)) {
      this.#publishIn(afterSeconds + delay, { topicArn, body });
    }
  }
}
