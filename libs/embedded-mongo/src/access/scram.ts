import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { MongoError } from '../errors.ts';

/** As many as MongoDB takes by default. */
const ITERATIONS = 15_000;
const KEY_BYTES = 32;

/** What a server keeps of a password: enough to check a proof, too little to make one. */
export interface Verifier {
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** The password has to be plain ASCII: it is not normalised (SASLprep). */
export function verifierOf(password: string): Verifier {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  return { salt, storedKey: hash(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') };
}

/**
 * The server's side of SCRAM-SHA-256 (https://www.rfc-editor.org/rfc/rfc5802, https://www.rfc-editor.org/rfc/rfc7677): the client proves that it
 * knows the password, and the server that it knows of it. Throws AuthenticationFailed.
 */
export class ScramConversation {
  /** What the server says first. */
  readonly first: string;
  readonly user: string;
  readonly #verifier: Verifier;
  readonly #nonce: string;
  readonly #clientFirst: string;

  constructor(message: string, verifierOfUser: (name: string) => Verifier | undefined) {
    this.#clientFirst = message.replace(/^[ny],[^,]*,/, '');
    const { n: name = '', r: clientNonce = '' } = attributes(this.#clientFirst);
    this.user = name.replaceAll('=2C', ',').replaceAll('=3D', '=');
    const verifier = verifierOfUser(this.user);
    if (!verifier || clientNonce === '') throw failed();
    this.#verifier = verifier;
    this.#nonce = clientNonce + randomBytes(24).toString('base64');
    this.first = `r=${this.#nonce},s=${verifier.salt.toString('base64')},i=${ITERATIONS}`;
  }

  /** Checks the client's proof and returns what the server says last. */
  last(message: string): string {
    const { r: nonce, p: proof = '' } = attributes(message);
    const withoutProof = message.slice(0, message.lastIndexOf(',p='));
    const said = `${this.#clientFirst},${this.first},${withoutProof}`;
    const { storedKey, serverKey } = this.#verifier;
    const clientKey = xor(Buffer.from(proof, 'base64'), hmac(storedKey, said));
    if (nonce !== this.#nonce || !timingSafeEqual(hash(clientKey), storedKey)) throw failed();
    return `v=${hmac(serverKey, said).toString('base64')}`;
  }
}

const attributes = (message: string): Record<string, string> =>
  Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

const xor = (a: Buffer, b: Buffer) => Buffer.from(b.map((byte, index) => byte ^ (a[index] ?? 0)));

/** In the words of MongoDB, which says neither which of the two was wrong. */
const failed = () => new MongoError('AuthenticationFailed', 'Authentication failed.');
