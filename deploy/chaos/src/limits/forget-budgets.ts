import { mongo } from 'mongoose';

/** The budgets of calls to EC2 are lost, as a restored database loses them. */
export async function forgetBudgets(mongoUri: string): Promise<void> {
  const client = await mongo.MongoClient.connect(mongoUri);
  try {
    await client.db('berth_provisioning').collection('token_buckets').deleteMany({});
  } finally {
    await client.close();
  }
}
