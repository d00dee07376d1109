import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect } from '@jest/globals';
import { present, refusal, type Case } from './target.ts';

export const messageCases: Case[] = [
  {
    name: 'what is published to a topic reaches its queue in an envelope, once deleted never again',
    async expectation(aws) {
      const Name = aws.unique();
      const { TopicArn } = await aws.sns.send(new CreateTopicCommand({ Name }));
      const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: Name }));
      const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
      const Endpoint = (await aws.sqs.send(attributes)).Attributes?.['QueueArn'];
      await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
      await aws.sns.send(new PublishCommand({ TopicArn, Message: '{"a":"ü"}' }));

      const receive = async () => {
        const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, VisibilityTimeout: 0 });
        return (await aws.sqs.send(command)).Messages ?? [];
      };
      const [message] = await receive();
      expect(JSON.parse(present(message?.Body))).toMatchObject({
        Type: 'Notification',
        TopicArn,
        Message: '{"a":"ü"}',
      });
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      expect(await receive()).toEqual([]);
    },
  },
  {
    name: 'a topic that does not exist takes no messages',
    async expectation(aws) {
      const TopicArn = 'arn:aws:sns:eu-central-1:000000000000:no-such-topic';
      const name = await refusal(aws.sns.send(new PublishCommand({ TopicArn, Message: 'x' })));
      expect(name).toMatch(/^NotFound/);
    },
  },
];
