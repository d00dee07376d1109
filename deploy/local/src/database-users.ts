import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@berth/contracts';

/** Every service that keeps something; the gateway does not. */
const SERVICES = SERVICE_NAMES.filter((service) => service !== 'gateway');
/** Whoever looks after all of it. */
const ROOT_USER = 'root';

interface DatabaseUser {
  password: string;
  databases: string[] | 'all';
}

/** A user of the embedded database for each service, who reaches that service's database alone, with random passwords. */
export class DatabaseUsers {
  private readonly users: Readonly<Record<string, DatabaseUser>>;

  constructor() {
    const password = () => randomBytes(16).toString('hex');
    this.users = {
      [ROOT_USER]: { password: password(), databases: 'all' },
      ...Object.fromEntries(
        SERVICES.map((service) => [service, { password: password(), databases: [databaseOf(service)] }]),
      ),
    };
  }

  /** For the database to read when it starts, into a file whose path is returned. */
  writeTo(folder: string): string {
    const file = join(folder, 'users.json');
    writeFileSync(file, JSON.stringify(this.users), { mode: 0o600 });
    return file;
  }

  /** The address of the database as one service uses it; of who is none of them, as nobody. */
  uriFor(service: string, uri: string): string {
    const user = this.users[service];
    if (!user) return uri;
    const own = new URL(uri);
    own.username = service;
    own.password = user.password;
    own.searchParams.set('authSource', 'admin');
    return own.href;
  }

  /** The same as one who may do everything uses it. */
  rootUri(uri: string): string {
    return this.uriFor(ROOT_USER, uri);
  }
}

const databaseOf = (service: string) => `berth_${service.replaceAll('-', '_')}`;
