import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api, ApiProblem } from './api.ts';
import { folder } from './home.ts';

export interface DemoAccount {
  email: string;
  password: string;
  token: string;
}

const login = { email: 'demo@berth.example', password: 'berth-demo-login' };

/**
 * The account a local system greets its user with, made through the front door at the first start. The token is kept
 * under the home, for a secret is shown only once; when it was revoked or the data are gone, a new one is made.
 */
export async function demoAccount(url: string, home: string): Promise<DemoAccount> {
  const api = new Api(url);
  const file = join(folder(home), 'demo-token');
  await api.post('/v1/signup', { ...login, name: 'Demo', accountName: 'Demo' }).catch((error: unknown) => {
    if (!(error instanceof ApiProblem && error.code === 'email_taken')) throw error;
  });
  const kept = read(file);
  if (kept && (await works(api.as(kept)))) return { ...login, token: kept };

  const session = await api.post<{ accessToken: string }>('/v1/sessions', login);
  const { token } = await api.as(session.accessToken).post<{ token: string }>('/v1/tokens', { name: 'demo' });
  writeFileSync(file, token, { mode: 0o600 });
  return { ...login, token };
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const works = (api: Api): Promise<boolean> =>
  api.get('/v1/me').then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiProblem && error.status === 401) return false;
      throw error;
    },
  );
