import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { Api, ApiProblem } from './api.ts';
import { ROOT } from './home.ts';
import type { System } from './system.ts';

interface Login {
  email: string;
  password: string;
}

const login: Login = { email: 'staff@berth.example', password: 'berth-staff-login' };

/** The vendor's own person of a local system, made at the first start. */
export async function demoStaff(system: Pick<System, 'url' | 'amqpUrl' | 'mongoUri'>): Promise<Login> {
  const known = await new Api(system.url).post('/v1/sessions', login).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiProblem && error.code === 'wrong_credentials') return false;
      throw error;
    },
  );
  if (!known) await addStaff(login, system);
  return login;
}

/** Makes somebody of the staff as a vendor does, by the command of the accounts service. Rejects with what it says. */
export async function addStaff(
  { email, password }: Login,
  { amqpUrl, mongoUri }: Pick<System, 'amqpUrl' | 'mongoUri'>,
): Promise<void> {
  const command = [join(ROOT, 'apps/accounts/dist/staff.cli.js'), 'add', email, '--password-stdin'];
  const env = { ...process.env, AMQP_URL: amqpUrl, MONGODB_URI: mongoUri };
  const child = spawn(process.execPath, command, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(password);
  const [problem, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`No staff was made: ${problem.trim()}`);
}
