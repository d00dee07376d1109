import { BSONRegExp } from 'bson';
import { MongoError } from '../errors.ts';
import { type Doc, clone, isDoc, isOperatorObject } from '../values/document.ts';
import { applyAtPath } from './path.ts';

/** The fields an upsert takes over from its filter: every equality, also through `$and` and one-armed `$or`/`$in`. */
export function upsertFields(filter: Doc): Doc {
  const fields: Doc = {};
  for (const [name, value] of equalities(filter)) {
    const setOnce = (current: unknown) => {
      if (current === undefined) return clone(value);
      throw new MongoError(
        'NotSingleValueField',
        `cannot infer query fields to set, path '${name}' is matched twice`,
      );
    };
    applyAtPath(
      fields,
      { path: name.split('.'), matchedIndex: -1, filters: new Map() },
      { value: setOnce, creates: true },
    );
  }
  return fields;
}

function equalities(filter: Doc): [string, unknown][] {
  return Object.keys(filter).flatMap((name): [string, unknown][] => {
    const condition = filter[name];
    if (name === '$and' || (name === '$or' && Array.isArray(condition) && condition.length === 1)) {
      return (condition as unknown[]).flatMap((clause) => (isDoc(clause) ? equalities(clause) : []));
    }
    if (name.startsWith('$') || condition instanceof BSONRegExp) return [];
    if (!isOperatorObject(condition)) return [[name, condition]];
    if ('$eq' in condition) return [[name, condition.$eq]];
    const only = single(condition.$in) ?? single(condition.$all);
    return only && !(only[0] instanceof BSONRegExp) && !isOperatorObject(only[0]) ? [[name, only[0]]] : [];
  });
}

function single(list: unknown): [unknown] | undefined {
  return Array.isArray(list) && list.length === 1 ? [list[0]] : undefined;
}
