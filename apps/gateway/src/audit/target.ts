/** What the prefix of an id stands for. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  acc: 'account',
  usr: 'user',
  mem: 'member',
  ivn: 'invitation',
  ses: 'session',
  tok: 'token',
  srv: 'server',
  op: 'operation',
  inv: 'invoice',
  msg: 'message',
  rpl: 'usage_replay',
  rcn: 'reconciliation',
  i: 'instance',
  vol: 'volume',
};
/** Whatever an id may be; anything else in a path names nothing. */
const ID = /^([a-z]+)[_-][\w-]{1,100}$/;

export interface Target {
  type: string;
  id: string;
}

/** What an id names; null for what cannot be one. */
function targetOf(id: unknown): Target | null {
  const type = typeof id === 'string' ? TYPES[ID.exec(id)?.[1] ?? ''] : undefined;
  return type === undefined ? null : { type, id: String(id) };
}

/** What a path names: the thing itself, or the service all of whose messages are meant. */
export function targetIn(params: unknown): Target | null {
  const { id, service } = Object(params) as { id?: unknown; service?: unknown };
  if (id !== undefined) return targetOf(id);
  return typeof service === 'string' ? { type: 'service', id: service.slice(0, 100) } : null;
}

/** What an answer says was made or changed. */
export function targetOfAnswer(answer: unknown): Target | null {
  const { id, server, account, user } = Object(answer) as Record<string, { id?: unknown } | undefined>;
  return targetOf(id) ?? targetOf(server?.id) ?? targetOf(user?.id) ?? targetOf(account?.id);
}
