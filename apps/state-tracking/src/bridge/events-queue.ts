import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Injectable } from '@nestjs/common';
import { observeAws } from '@berth/telemetry';
import { Config } from '../config.ts';

/** The most that SQS allows. */
const LONG_POLL_SECONDS = 20;
const MESSAGES_AT_ONCE = 10;
/** Longer than a long poll, so that a connection that went dead is noticed. */
const CALL_TIMEOUT_MILLISECONDS = 30_000;
/** Longer than handling takes; what is not deleted by then comes again. */
const VISIBILITY_SECONDS = 30;

/** One delivery of a message. */
export interface QueueMessage {
  body: string;
  /** 1 on the first delivery. */
  attempt: number;
  /** Names this delivery. */
  handle: string;
}

/** The SQS queue behind the events topic. */
@Injectable()
export class EventsQueue {
  private readonly client: SQSClient;
  private readonly QueueUrl: string;

  constructor(config: Config) {
    this.QueueUrl = config.eventsQueue.url;
    this.client = new SQSClient({
      ...config.awsClient(config.eventsQueue.region),
      // By default the SDK calls the queue URL's host, also when an endpoint is given.
      useQueueUrlAsEndpoint: false,
      requestHandler: { requestTimeout: CALL_TIMEOUT_MILLISECONDS, connectionTimeout: 5_000 },
    });
    observeAws(this.client);
  }

  /** Waits up to 20 s for the next messages. */
  async receive(signal: AbortSignal): Promise<QueueMessage[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.QueueUrl,
        MaxNumberOfMessages: MESSAGES_AT_ONCE,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        VisibilityTimeout: VISIBILITY_SECONDS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      { abortSignal: signal },
    );
    return Messages.map(({ Body, ReceiptHandle, Attributes }) => ({
      body: Body ?? '',
      attempt: Number(Attributes?.ApproximateReceiveCount ?? 1),
      handle: ReceiptHandle ?? '',
    }));
  }

  /** Takes the message out of the queue for good. */
  async delete({ handle }: QueueMessage): Promise<void> {
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.QueueUrl, ReceiptHandle: handle }));
  }

  /** Leaves the message in the queue; it comes again after this time. */
  async postpone({ handle }: QueueMessage, seconds: number): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.QueueUrl,
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      }),
    );
  }
}
