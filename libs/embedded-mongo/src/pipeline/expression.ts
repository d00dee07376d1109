import { MongoError } from '../errors.ts';
import { isTruthy } from '../filter/operators.ts';
import { type Doc, field, isDoc, isOperatorObject, setField } from '../values/document.ts';
import { compileOperatorExpression } from './expression-operators.ts';

/** What an expression reads: the document as `$field`, variables as `$$name` (ROOT, CURRENT, REMOVE, let, `$map`). */
export interface Scope {
  root: Doc;
  variables: Readonly<Record<string, unknown>>;
}

/** `undefined` is "missing". */
export type Expression = (scope: Scope) => unknown;

/** Compiles an aggregation expression; throws CommandNotSupported for operators this database leaves out. */
export function compileExpression(source: unknown): Expression {
  if (typeof source === 'string' && source.startsWith('$')) return fieldPath(source);
  if (Array.isArray(source)) {
    const elements = source.map(compileExpression);
    return (scope) => elements.map((element) => element(scope) ?? null);
  }
  if (!isDoc(source)) return () => source;
  if (isOperatorObject(source)) {
    const names = Object.keys(source);
    const [operator] = names;
    if (names.length !== 1 || operator === undefined) {
      throw new MongoError(15983, 'an expression must have exactly one operator');
    }
    return compileOperatorExpression(operator, source[operator]);
  }
  return documentExpression(source);
}

/** A filter's `$expr` and anything else that asks yes or no. */
export function compileTest(source: unknown, variables: Scope['variables'] = {}): (doc: Doc) => boolean {
  const expression = compileExpression(source);
  return (root) => isTruthy(expression({ root, variables }));
}

function documentExpression(source: Doc): Expression {
  const fields = Object.keys(source).map((name) => [name, compileExpression(source[name])] as const);
  return (scope) => {
    const result: Doc = {};
    for (const [name, expression] of fields) {
      const value = expression(scope);
      if (value !== undefined) setField(result, name, value);
    }
    return result;
  };
}

function fieldPath(source: string): Expression {
  if (!source.startsWith('$$')) {
    const path = source.slice(1).split('.');
    if (path.includes('')) throw new MongoError('FailedToParse', `'${source}' is not a valid field path`);
    return ({ root }) => valueAt(root, path, 0);
  }
  const [variable = '', ...path] = source.slice(2).split('.');
  if (variable === 'REMOVE') return () => undefined;
  if (variable === 'ROOT' || variable === 'CURRENT') return ({ root }) => valueAt(root, path, 0);
  return ({ variables }) => {
    if (!Object.hasOwn(variables, variable))
      throw new MongoError(17276, `Use of undefined variable: ${variable}`);
    return valueAt(variables[variable], path, 0);
  };
}

/** Through an array the path yields the array of what its documents have there. */
function valueAt(value: unknown, path: readonly string[], depth: number): unknown {
  const name = path[depth];
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((element) => valueAt(element, path, depth)).filter((found) => found !== undefined);
  }
  return isDoc(value) ? valueAt(field(value, name), path, depth + 1) : undefined;
}
