import type { Channel, ConsumeMessage } from 'amqplib';

/**
 * Acknowledges together what comes to its end together, one frame instead of one for each message: to a quorum queue every
 * acknowledgement is an entry of its log, as every message is.
 */
export class Acknowledgements {
  /** Delivery tags of what was taken and is not done with, the lowest first. */
  private readonly inHand = new Set<number>();
  private done: ConsumeMessage[] = [];

  constructor(private readonly channel: Channel) {}

  taken({ fields }: ConsumeMessage): void {
    this.inHand.add(fields.deliveryTag);
  }

  /** The message is done with, and the broker will hear it before this turn of the event loop ends. */
  ack(message: ConsumeMessage): void {
    this.inHand.delete(message.fields.deliveryTag);
    // A tick comes after all that the messages of one packet can do without waiting.
    if (this.done.push(message) === 1) process.nextTick(() => this.flush());
  }

  /** The broker delivers it again. */
  giveBack(message: ConsumeMessage): void {
    this.inHand.delete(message.fields.deliveryTag);
    settle(() => this.channel.nack(message));
  }

  /** Tells the broker now. */
  flush(): void {
    const [lowest = Infinity] = this.inHand;
    const done = this.done;
    this.done = [];
    // All up to the last one before the lowest in hand, which includes what was given back before.
    let last: ConsumeMessage | undefined;
    for (const message of done) {
      const { deliveryTag } = message.fields;
      if (deliveryTag > lowest) settle(() => this.channel.ack(message));
      else if (deliveryTag > (last?.fields.deliveryTag ?? 0)) last = message;
    }
    if (last) {
      const upTo = last;
      settle(() => this.channel.ack(upTo, true));
    }
  }
}

/** On a channel that is closed by now the broker has taken the message back already. */
function settle(answer: () => void): void {
  try {
    answer();
  } catch {
    return;
  }
}
