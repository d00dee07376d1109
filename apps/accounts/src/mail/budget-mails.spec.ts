import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AcceptInvitation,
  CreateInvitation,
  LeaveAccount,
  SendBudgetMail,
  type DataOf,
  type Role,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const config = settings(rabbit, mongo, {
    BERTH_VERIFY_EMAIL: 'off',
    BERTH_PUBLIC_URL: 'https://cloud.example.com',
  });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, await rabbit.bindTap('berth.events'));
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

async function joined(owner: Person, role: Role): Promise<Person> {
  const person = await accounts.person();
  const { accountId, userId } = owner;
  const { token } = await accounts.bus.ask(CreateInvitation, {
    accountId,
    userId,
    email: person.email,
    role,
  });
  await accounts.bus.ask(AcceptInvitation, { userId: person.userId, invitation: token });
  return person;
}
const order = (mail: DataOf<typeof SendBudgetMail>) =>
  app.get(Transactions).run(() => app.get(Outbox).send(SendBudgetMail, mail));

/** What was written to somebody about money, whatever else was. */
const mailsTo = async ({ email }: Person) =>
  (await accounts.mailsTo(email)).filter(({ subject }) => subject.includes('budget'));

const crossing = {
  ...{ month: '2099-11', percent: 80, amount: '250', used: '200.0199', currency: 'EUR' },
  action: 'pause_servers' as const,
  at: '2099-11-22T10:00:00.000Z',
};

test('owners and who sees to the bills are written to, each once, and nobody else', async () => {
  const owner = await accounts.person();
  const { accountId } = owner;
  const billing = await joined(owner, 'billing');
  const others = [
    await joined(owner, 'admin'),
    await joined(owner, 'operator'),
    await joined(owner, 'viewer'),
  ];
  await order({ accountId, ...crossing });
  for (const reader of [owner, billing])
    await eventually(async () => expect(await mailsTo(reader)).toHaveLength(1));
  expect(await Promise.all(others.map(mailsTo))).toEqual([[], [], []]);
  const [mail] = await mailsTo(billing);
  expect(mail).toMatchObject({
    subject: '80 % of the budget of “Engines” is used',
    link: 'https://cloud.example.com/costs',
  });
  expect(mail?.text).toContain(
    'In November 2099 (UTC) the account “Engines” on Berth has used 200.01 EUR of its budget of 250.00 EUR, before tax and credit.',
  );
  expect(mail?.text).toContain('When all of it is used, all servers are paused');
});

test('what has happened is said when all is used', async () => {
  const owner = await accounts.person();
  await order({ accountId: owner.accountId, ...crossing, percent: 100, used: '250' });
  const [mail] = await eventually(async () => {
    const found = await mailsTo(owner);
    expect(found).toHaveLength(1);
    return found;
  });
  expect(mail?.subject).toBe('The budget of “Engines” is used up');
  expect(mail?.text).toMatch(/All servers are being paused, their disks are kept.*Nothing resumes by itself/);
});

test('who has left is not written to, nor is an account that is not there', async () => {
  const owner = await accounts.person();
  const { accountId } = owner;
  const billing = await joined(owner, 'billing');
  await accounts.bus.ask(LeaveAccount, { accountId, userId: billing.userId });
  await order({ accountId, ...crossing, userId: billing.userId });
  await order({ accountId: 'acc_01h455vb4pex5vsknk084sn02q', ...crossing });
  await order({ accountId, ...crossing, userId: owner.userId });
  await eventually(async () => expect(await mailsTo(owner)).toHaveLength(1));
  const inbox = mongo.connection.collection('inbox');
  const heard = await inbox.countDocuments();
  await order({ accountId, ...crossing, userId: billing.userId });
  await eventually(async () => expect(await inbox.countDocuments()).toBe(heard + 1));
  expect(await mailsTo(billing)).toEqual([]);
});
