import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './home.ts';

interface Right {
  /** The service. */
  user: string;
  vhost: string;
}

/** What each service may do: `npm run generate` makes it from who says what to whom. */
const RIGHTS = JSON.parse(readFileSync(join(ROOT, 'deploy/topology/rabbitmq.json'), 'utf8')) as {
  permissions: Right[];
  topic_permissions: Right[];
};

const HASHING = 'rabbit_password_hashing_sha256';

/** A user of one virtual host for each service, with a random password, and no more rights than the service needs. */
export class BrokerUsers {
  private readonly passwords = new Map(
    RIGHTS.permissions.map(({ user }) => [user, randomBytes(16).toString('hex')]),
  );

  private readonly vhost: string;
  private readonly prefix: string;

  /** `prefix` tells the users of one virtual host from those of another on the same broker. */
  constructor(vhost = '/', prefix = '') {
    this.vhost = vhost;
    this.prefix = prefix;
  }

  /** For RabbitMQ to import (https://www.rabbitmq.com/docs/definitions). */
  get definitions() {
    const granted = (right: Right) => ({ ...right, user: this.prefix + right.user, vhost: this.vhost });
    return {
      users: Array.from(this.passwords, ([service, password]) => ({
        name: this.prefix + service,
        password_hash: hashed(password),
        hashing_algorithm: HASHING,
        tags: '',
      })),
      permissions: RIGHTS.permissions.map(granted),
      topic_permissions: RIGHTS.topic_permissions.map(granted),
    };
  }

  /**
   * For a broker of one's own to load when it starts, into a file whose path is returned. A broker that loads users makes none by itself, so
   * `guest` is among them, who may do everything and comes from this machine alone.
   */
  writeTo(folder: string): string {
    const { users, permissions, topic_permissions } = this.definitions;
    const guest = {
      name: 'guest',
      password_hash: hashed('guest'),
      hashing_algorithm: HASHING,
      tags: 'administrator',
    };
    const everything = { user: 'guest', vhost: this.vhost, configure: '.*', write: '.*', read: '.*' };
    const file = join(folder, 'definitions.json');
    const definitions = {
      vhosts: [{ name: this.vhost }],
      users: [guest, ...users],
      permissions: [everything, ...permissions],
      topic_permissions,
    };
    writeFileSync(file, JSON.stringify(definitions), { mode: 0o600 });
    return file;
  }

  /** The address of the broker as one service uses it. */
  urlFor(service: string, url: string): string {
    const own = new URL(url);
    own.username = this.prefix + service;
    own.password = this.passwords.get(service) ?? '';
    return own.href;
  }
}

/** https://www.rabbitmq.com/docs/passwords#computing-password-hash */
function hashed(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
