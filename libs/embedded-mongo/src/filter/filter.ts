import { BSONRegExp } from 'bson';
import { MongoError, unsupported } from '../errors.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { compileField, every, not } from './operators.ts';
import type { ArrayPosition } from './walk.ts';

export type Predicate = (value: unknown, position: ArrayPosition) => boolean;

/** A filter made ready to test documents. */
export interface Filter {
  readonly source: Doc;
  readonly test: Predicate;
  /** Regular expressions can take exponential time: callers run such filters under a watchdog. */
  readonly hasRegex: boolean;
}

/** How `$expr` evaluates; absent where expressions are not allowed (partial indexes, arrayFilters). */
export type ExpressionTest = (expression: unknown) => (doc: Doc) => boolean;

/**
 * Compiles a query filter. Throws BadValue/FailedToParse for what MongoDB refuses too and CommandNotSupported for
 * operators this database leaves out.
 */
export function compileFilter(filter: unknown, expression?: ExpressionTest): Filter {
  if (!isDoc(filter)) throw new MongoError('TypeMismatch', 'a filter must be an object');
  return { source: filter, test: compile(filter, expression), hasRegex: containsRegex(filter) };
}

/** Tests a document when the position of the match does not matter. */
export function matches(filter: Filter, doc: unknown): boolean {
  return filter.test(doc, { index: -1 });
}

function compile(filter: Doc, expression?: ExpressionTest): Predicate {
  const predicates = Object.keys(filter).map((name) => {
    const condition = filter[name];
    return name.startsWith('$')
      ? compileLogical(name, condition, expression)
      : compileField(name.split('.'), condition);
  });
  return every(predicates);
}

function compileLogical(operator: string, argument: unknown, expression?: ExpressionTest): Predicate {
  switch (operator) {
    case '$and':
      return every(clauses(operator, argument, expression));
    case '$or':
      return either(clauses(operator, argument, expression));
    case '$nor':
      return not(either(clauses(operator, argument, expression)));
    case '$comment':
      return () => true;
    case '$expr': {
      if (!expression) throw new MongoError('BadValue', '$expr is not allowed in this context');
      const test = expression(argument);
      return (doc) => isDoc(doc) && test(doc);
    }
  }
  throw unsupported(`top level query operator ${operator}`);
}

function either(predicates: Predicate[]): Predicate {
  return (value, position) => {
    for (const predicate of predicates) if (predicate(value, position)) return true;
    return false;
  };
}

function clauses(operator: string, argument: unknown, expression?: ExpressionTest): Predicate[] {
  if (!Array.isArray(argument) || argument.length === 0) {
    throw new MongoError('BadValue', `${operator} must be a nonempty array`);
  }
  return argument.map((clause) => {
    if (!isDoc(clause)) throw new MongoError('BadValue', `${operator} entries need to be full objects`);
    return compile(clause, expression);
  });
}

function containsRegex(value: unknown): boolean {
  if (value instanceof BSONRegExp) return true;
  if (Array.isArray(value)) return value.some(containsRegex);
  if (!isDoc(value)) return false;
  return Object.keys(value).some((name) => name === '$regex' || containsRegex(value[name]));
}
