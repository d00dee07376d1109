import { MongoError, unsupported } from '../errors.ts';
import { isTruthy } from '../filter/operators.ts';
import { compare, equal, isWideNumber } from '../values/compare.ts';
import { type Doc, isDoc, typeName } from '../values/document.ts';
import { compileExpression, type Expression, type Scope } from './expression.ts';

const comparisons: Record<string, (order: number) => unknown> = {
  $eq: (order) => order === 0,
  $ne: (order) => order !== 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $cmp: (order) => Math.sign(order),
};

/** `{ $operator: argument }` as an expression. */
export function compileOperatorExpression(operator: string, argument: unknown): Expression {
  const comparison = comparisons[operator];
  if (comparison) {
    const [left, right] = operands(operator, argument, 2);
    return (scope) => comparison(compare(left(scope), right(scope)));
  }
  switch (operator) {
    case '$literal':
      return () => argument;
    case '$and':
      return all(operands(operator, argument));
    case '$or': {
      const terms = operands(operator, argument);
      return (scope) => terms.some((term) => isTruthy(term(scope)));
    }
    case '$not': {
      const [term] = operands(operator, argument, 1);
      return (scope) => !isTruthy(term(scope));
    }
    case '$in': {
      const [wanted, list] = operands(operator, argument, 2);
      return (scope) => arrayOf(operator, list(scope)).some((value) => equal(value, wanted(scope)));
    }
    case '$cond':
      return condition(argument);
    case '$ifNull': {
      const terms = operands(operator, argument);
      return (scope) => firstPresent(terms, scope);
    }
    case '$concat':
      return concatenation(operands(operator, argument));
    case '$size': {
      const [list] = operands(operator, argument, 1);
      return (scope) => arrayOf(operator, list(scope)).length;
    }
    case '$filter':
      return filtering(argument);
    case '$map':
      return mapping(argument);
    case '$add':
      return arithmetic(operator, operands(operator, argument), (a, b) => a + b, 0);
    case '$multiply':
      return arithmetic(operator, operands(operator, argument), (a, b) => a * b, 1);
    case '$subtract': {
      const [left, right] = operands(operator, argument, 2);
      const negated = arithmetic(operator, [right], (a, b) => a - b, 0);
      return arithmetic(operator, [left, negated], (a, b) => a + b, 0);
    }
  }
  throw unsupported(`expression operator ${operator}`);
}

function operands(operator: string, argument: unknown, count: 1): [Expression];
function operands(operator: string, argument: unknown, count: 2): [Expression, Expression];
function operands(operator: string, argument: unknown): Expression[];
function operands(operator: string, argument: unknown, count?: number): Expression[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (count !== undefined && list.length !== count) {
    throw new MongoError(
      16020,
      `Expression ${operator} takes exactly ${count} arguments. ${list.length} were passed in.`,
    );
  }
  return list.map(compileExpression);
}

function all(terms: Expression[]): Expression {
  return (scope) => terms.every((term) => isTruthy(term(scope)));
}

function firstPresent(terms: Expression[], scope: Scope): unknown {
  let value: unknown;
  for (const term of terms) {
    value = term(scope);
    if (value !== null && value !== undefined) return value;
  }
  return value;
}

function condition(argument: unknown): Expression {
  const parts = isDoc(argument) ? [argument.if, argument.then, argument.else] : argument;
  if (!Array.isArray(parts) || parts.length !== 3 || parts.includes(undefined)) {
    throw new MongoError(17080, '$cond needs if, then and else');
  }
  const [test, then, otherwise] = parts.map(compileExpression) as [Expression, Expression, Expression];
  return (scope) => (isTruthy(test(scope)) ? then(scope) : otherwise(scope));
}

function concatenation(terms: Expression[]): Expression {
  return (scope) => {
    let text = '';
    for (const term of terms) {
      const part = term(scope);
      if (part === null || part === undefined) return null;
      if (typeof part !== 'string')
        throw new MongoError(16702, `$concat only supports strings, not ${typeName(part)}`);
      text += part;
    }
    return text;
  };
}

/** Numbers only, and only those a double holds exactly enough: money is summed in code, dates in code. */
function arithmetic(
  operator: string,
  terms: Expression[],
  combine: (a: number, b: number) => number,
  initial: number,
): Expression {
  return (scope) => {
    let result = initial;
    for (const term of terms) {
      const value = term(scope);
      if (value === null || value === undefined) return null;
      result = combine(result, plainNumber(operator, value));
    }
    return result;
  };
}

/** Refuses Long and Decimal128 (not supported) and everything that is no number (TypeMismatch). */
export function plainNumber(operator: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (isWideNumber(value)) throw unsupported(`${operator} on 64-bit integers or decimals`);
  throw new MongoError('TypeMismatch', `${operator} only supports numeric types, not ${typeName(value)}`);
}

function arrayOf(operator: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new MongoError(
    17124,
    `The argument to ${operator} must be an array, but was of type: ${typeName(value)}`,
  );
}

interface Loop {
  input: Expression;
  name: string;
  body: Expression;
}

function loop(operator: string, argument: unknown, bodyName: string): Loop {
  const source: Doc = isDoc(argument) ? argument : {};
  const { input, as = 'this', [bodyName]: body, ...unknown } = source;
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw unsupported(`${operator}.${other}`);
  if (input === undefined || body === undefined)
    throw new MongoError(28648, `${operator} needs 'input' and '${bodyName}'`);
  return { input: compileExpression(input), name: String(as), body: compileExpression(body) };
}

function filtering(argument: unknown): Expression {
  const { input, name, body } = loop('$filter', argument, 'cond');
  return (scope) => {
    const list = input(scope);
    if (list === null || list === undefined) return null;
    return arrayOf('$filter', list).filter((element) => isTruthy(body(withVariable(scope, name, element))));
  };
}

function mapping(argument: unknown): Expression {
  const { input, name, body } = loop('$map', argument, 'in');
  return (scope) => {
    const list = input(scope);
    if (list === null || list === undefined) return null;
    return arrayOf('$map', list).map((element) => body(withVariable(scope, name, element)) ?? null);
  };
}

function withVariable(scope: Scope, name: string, value: unknown): Scope {
  return { root: scope.root, variables: { ...scope.variables, [name]: value } };
}
