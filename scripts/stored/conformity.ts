import type { Shape } from './shapes.ts';

/** What in a document is not as the shape says, a line each. */
export function deviations(document: object, shape: Shape): string[] {
  const seen = new Map<string, Set<string>>();
  collect(document, '', shape, seen);
  const wrong = [...seen].flatMap(([path, types]) => {
    const allowed = shape[path]?.split(' | ');
    if (!allowed) return [`${path} is not in the shape`];
    if (allowed.includes('anything')) return [];
    const named = allowed.some((each) => each.startsWith('"'));
    return [...types]
      .filter(
        (type) => !allowed.includes(type) && !(type.startsWith('"') && !named && allowed.includes('string')),
      )
      .map((type) => `${path} is ${type}, not ${allowed.join(' or ')}`);
  });
  const missing = Object.keys(shape).filter((path) => !/[?*.[]/.test(path) && !seen.has(path));
  return [...wrong, ...missing.map((path) => `${path} is missing`)];
}

function collect(value: unknown, path: string, shape: Shape, seen: Map<string, Set<string>>): void {
  if (path) seen.set(path, (seen.get(path) ?? new Set()).add(typeOf(value)));
  if (shape[path] === 'anything') return;
  if (Array.isArray(value)) return value.forEach((each) => collect(each, `${path}[]`, shape, seen));
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  for (const [name, member] of Object.entries(value)) {
    const below = (key: string) => (path ? `${path}.${key}` : key);
    const known = [below(name), below(`${name}?`), below('*')].find((each) => shape[each] !== undefined);
    collect(member, known ?? below(name), shape, seen);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}
