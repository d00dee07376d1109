import { CodecError, scalarFrom, traitsOf, type Schema } from './schema.ts';

/** `Filter.1.Name=…` as a tree: every node is either text or has children. */
export interface QueryTree {
  [key: string]: QueryTree | string;
}

export function queryTree(body: string): QueryTree {
  const root = node();
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let branch = root;
    for (const key of path) {
      const child = (branch[key] ??= node());
      if (typeof child === 'string') throw new CodecError(name, 'malformed');
      branch = child;
    }
    branch[last] = value;
  }
  return root;
}

/**
 * Reads an EC2 Query request (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html): capitalised names,
 * flat lists. Throws CodecError for names that the operation does not have and for malformed scalars.
 */
export function fromQuery(schema: Schema, tree: QueryTree | string, path = ''): unknown {
  if (schema.isListSchema()) return listFrom(schema, branch(tree, path), path);
  if (schema.isStructSchema()) return structFrom(schema, branch(tree, path), path);
  if (typeof tree !== 'string') throw new CodecError(path, 'malformed');
  return scalarFrom(schema, tree, path);
}

function listFrom(schema: Schema, tree: QueryTree, path: string): unknown[] {
  return Object.entries(tree)
    .map(([key, value]) => {
      if (!/^\d{1,5}$/.test(key)) throw new CodecError(`${path}.${key}`, 'unknown');
      return { position: Number(key), value: fromQuery(schema.getValueSchema(), value, `${path}.${key}`) };
    })
    .sort((a, b) => a.position - b.position)
    .map(({ value }) => value);
}

function structFrom(schema: Schema, tree: QueryTree, path: string): Record<string, unknown> {
  const members = new Map<string, [string, Schema]>();
  for (const [name, member] of schema.structIterator()) members.set(wireName(name, member), [name, member]);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree)) {
    const at = path ? `${path}.${key}` : key;
    const known = members.get(key);
    if (!known) throw new CodecError(at, 'unknown');
    result[known[0]] = fromQuery(known[1], value, at);
  }
  return result;
}

function wireName(name: string, member: Schema): string {
  const traits = traitsOf(member);
  if (traits.ec2QueryName) return traits.ec2QueryName;
  const base = traits.xmlName ?? name;
  return base.charAt(0).toUpperCase() + base.slice(1);
}

function branch(tree: QueryTree | string, path: string): QueryTree {
  if (typeof tree === 'string') throw new CodecError(path, 'malformed');
  return tree;
}

/** Without a prototype: names come from outside. */
const node = (): QueryTree => Object.create(null);
