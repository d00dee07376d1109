import 'reflect-metadata';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SignUpBody } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { z } from 'zod';
import { AccountsModule } from '../accounts.module.ts';
import { OperatorDeeds } from '../audit/operator-deeds.ts';
import { Config } from '../config.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { Users } from '../users/users.ts';
import { Staff } from './staff.ts';

const USAGE = `Usage: staff add <e-mail> [--name <name>] [--password-stdin]   makes somebody of the staff; prints a password unless one is given
       staff remove <e-mail>                                  takes them and their tokens away
       staff remove-second-factor <e-mail>                    lets somebody, of the staff or not, log in by their password alone
  AMQP_URL and MONGODB_URI as for the accounts service.`;

/** The command was not understood. */
export class WrongUsage extends Error {
  constructor(problem: string) {
    super(`${problem}\n${USAGE}`);
  }
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  publicKeyEncoding: { format: 'der', type: 'spki' },
});
/** The command seals, opens and signs nothing: who runs it need not be given the keys. */
const NO_KEYS = {
  BERTH_SECRETS_KEY: randomBytes(32).toString('base64'),
  BERTH_PASSPORT_KEY: privateKey.toString('base64'),
  BERTH_PASSPORT_PUBLIC_KEYS: publicKey.toString('base64'),
};

/**
 * Adds or removes somebody of the staff, or anybody's second factor, in the database of the accounts service, which need not
 * run; the staff's audit trail tells of it. Returns what is to be printed; throws {@link WrongUsage}, or an error that says in one line what is in the way.
 */
export async function staffCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  stdin: NodeJS.ReadableStream,
  database?: string,
): Promise<string> {
  const act = await actOf(args, stdin);
  const module = AccountsModule.forRoot(new Config({ ...environment, ...NO_KEYS }), database);
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  try {
    return await app.get(Transactions).run(() => act(app));
  } catch (error) {
    throw error instanceof ProblemError ? new Error(error.title) : error;
  } finally {
    await app.close();
  }
}

type Act = (app: INestApplicationContext) => Promise<string>;

const Person = SignUpBody.pick({ email: true, password: true, name: true });

async function actOf(args: readonly string[], stdin: NodeJS.ReadableStream): Promise<Act> {
  const { values, positionals } = parsed(args);
  const [action, email, ...more] = positionals;
  if (!email || more.length) throw new WrongUsage('What is to be done?');
  if (action === 'remove') return (app) => remove(app, email);
  if (action === 'remove-second-factor') return (app) => removeSecondFactor(app, email);
  if (action !== 'add') throw new WrongUsage('What is to be done?');
  const given = values['password-stdin'] ? (await text(stdin)).trimEnd() : undefined;
  const person = Person.safeParse({
    email,
    name: values.name ?? email,
    password: given ?? newPassword(),
  });
  if (!person.success) throw new WrongUsage(z.prettifyError(person.error));
  return (app) => add(app, person.data, given === undefined);
}

async function add(
  app: INestApplicationContext,
  person: z.output<typeof Person>,
  isNew: boolean,
): Promise<string> {
  const { _id: userId } = await app.get(Staff).add(person);
  await app.get(OperatorDeeds).note('addStaff', userId, { name: person.name });
  const added = `${person.email} is of the staff`;
  return isNew ? `${added}\nPassword, shown this once: ${person.password}` : added;
}

async function remove(app: INestApplicationContext, email: string): Promise<string> {
  const user = await app.get(Users).withEmail(email);
  if (!user || !(await app.get(Staff).remove(email))) throw new Error(`${email} is not of the staff`);
  await app.get(OperatorDeeds).note('removeStaff', user._id, { name: user.name });
  return `${email} is no longer of the staff`;
}

async function removeSecondFactor(app: INestApplicationContext, email: string): Promise<string> {
  const user = await app.get(Users).withEmail(email);
  if (!user || !(await app.get(SecondFactors).remove(user._id)))
    throw new Error(`${email} has no second factor`);
  await app.get(OperatorDeeds).note('removeSecondFactor', user._id);
  return `${email} logs in by the password alone now`;
}

const newPassword = () => randomBytes(18).toString('base64url');

function parsed(args: readonly string[]) {
  const options = { name: { type: 'string' }, 'password-stdin': { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
