import { connect } from 'amqplib';
import { MongoClient } from 'mongodb';
import type { Contestant } from '../bench.ts';
import type { Stage } from '../stage.ts';
import { DATABASE, EXCHANGE, receiver } from './ingest-by-hand-receiver.ts';
import { storyOf } from './ingest-story.ts';
import { tell } from './ingest-telling.ts';

export async function open(stage: Stage): Promise<Contestant> {
  const receiving = await receiver(stage);
  const client = await MongoClient.connect(stage.mongoUri);
  const connection = await connect(stage.amqpUrl);
  const channel = await connection.createConfirmChannel();
  const to = { channel, exchange: EXCHANGE, database: client.db(DATABASE) };
  let rounds = 0;
  return {
    async round() {
      await receiving.round();
      return tell(storyOf(rounds++), to);
    },
    async stop() {
      await receiving.stop();
      await connection.close();
      await client.close();
    },
  };
}
