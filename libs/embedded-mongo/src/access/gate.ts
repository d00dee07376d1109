import { Binary } from 'bson';
import { MongoError } from '../errors.ts';
import type { Doc } from '../values/document.ts';
import { ScramConversation } from './scram.ts';
import type { User, Users } from './users.ts';

const MECHANISM = 'SCRAM-SHA-256';
/** What drivers say before they say who they are, and what touches no data. */
const OPEN = new Set(['hello', 'isMaster', 'ismaster', 'ping', 'buildInfo', 'buildinfo']);
/** What drivers send to `admin` about their own sessions. */
const OWN_SESSIONS = new Set(['commitTransaction', 'abortTransaction', 'endSessions']);

/** Decides over the commands of one connection: who it is, and what that user may do. Without users everybody may do everything. */
export class Gate {
  readonly #users: Users | null;
  #user: User | null = null;
  #conversation: ScramConversation | null = null;

  constructor(users: Users | null) {
    this.#users = users;
  }

  /**
   * The reply to a command about who one is; null for every other, which is then let through. Throws AuthenticationFailed,
   * Unauthorized.
   */
  pass(name: string, command: Doc): Doc | null {
    if (!this.#users) return null;
    if (name === 'saslStart') return this.#start(this.#users, command);
    if (name === 'saslContinue') return this.#continue(this.#users, command);
    if (name === 'logout') return this.#leave();
    if (!OPEN.has(name)) this.#expectMay(name, String(command.$db));
    return null;
  }

  /** What a greeting is answered besides: how one may say who one is. */
  greeting(command: Doc): Doc {
    return this.#users && command.saslSupportedMechs !== undefined ? { saslSupportedMechs: [MECHANISM] } : {};
  }

  #start(users: Users, { mechanism, payload }: Doc): Doc {
    if (mechanism !== MECHANISM)
      throw new MongoError('MechanismUnavailable', `Only ${MECHANISM} is supported by the embedded database`);
    this.#user = null;
    this.#conversation = new ScramConversation(text(payload), (name) => users.named(name)?.verifier);
    return { conversationId: 1, done: false, payload: binary(this.#conversation.first) };
  }

  /** Drivers that do not skip the empty exchange at the end send one message more. */
  #continue(users: Users, { payload }: Doc): Doc {
    const conversation = this.#conversation;
    if (!conversation && this.#user) return { conversationId: 1, done: true, payload: binary('') };
    this.#conversation = null;
    if (!conversation) throw new MongoError('ProtocolError', 'No SASL session state found');
    const last = conversation.last(text(payload));
    this.#user = users.named(conversation.user) ?? null;
    return { conversationId: 1, done: true, payload: binary(last) };
  }

  #leave(): Doc {
    this.#user = null;
    return {};
  }

  #expectMay(name: string, database: string): void {
    if (!this.#user) throw new MongoError('Unauthorized', `Command ${name} requires authentication`);
    const { databases } = this.#user;
    if (databases === 'all' || databases.includes(database)) return;
    if (database === 'admin' && OWN_SESSIONS.has(name)) return;
    throw new MongoError('Unauthorized', `not authorized on ${database} to execute command ${name}`);
  }
}

const text = (payload: unknown): string =>
  payload instanceof Binary ? Buffer.from(payload.value()).toString('utf8') : '';
const binary = (said: string): Binary => new Binary(Buffer.from(said, 'utf8'));
