import { MongoError, unsupported } from '../errors.ts';
import { compare, isWideNumber } from '../values/compare.ts';
import { type Doc, isDoc, setField } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import { compileExpression, type Expression, type Scope } from './expression.ts';
import type { PipelineContext } from './pipeline.ts';

/** Gathers the values of one field of one group. */
interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

/** `$group`: `_id` is any expression, the other fields accumulators over the group's documents, in input order. */
export function compileGroup(source: unknown, context: PipelineContext): (docs: Doc[]) => Doc[] {
  if (!isDoc(source) || !('_id' in source))
    throw new MongoError(15955, 'a group specification must include an _id');
  const idOf = compileExpression(source._id);
  const fields = Object.keys(source)
    .filter((name) => name !== '_id')
    .map((name) => [name, ...compileAccumulator(name, source[name])] as const);
  return (docs) => {
    const groups = new Map<string, { id: unknown; values: Accumulator[] }>();
    for (const root of docs) {
      context.deadline.tick();
      const scope: Scope = { root, variables: context.variables };
      const id = idOf(scope) ?? null;
      const key = indexKey(id);
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { id, values: fields.map(([, , create]) => create()) }));
      for (const [index, [, expression]] of fields.entries()) group.values[index]?.add(expression(scope));
    }
    return [...groups.values()].map(({ id, values }) => {
      const doc: Doc = { _id: id };
      for (const [index, [name]] of fields.entries()) setField(doc, name, values[index]?.result());
      return doc;
    });
  };
}

function compileAccumulator(name: string, source: unknown): [Expression, () => Accumulator] {
  const operators = isDoc(source) ? Object.keys(source) : [];
  const [operator] = operators;
  if (!isDoc(source) || operators.length !== 1 || operator === undefined) {
    throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
  }
  const create = accumulators[operator];
  if (!create) throw unsupported(`group operator ${operator}`);
  return [compileExpression(source[operator]), create];
}

const accumulators: Record<string, () => Accumulator> = {
  $sum: () => totals('$sum', ({ sum }) => sum),
  $avg: () => totals('$avg', ({ sum, count }) => (count ? sum / count : null)),
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $push: () => gathered((values, value) => values.push(value)),
  $addToSet: () => distinct(),
  $first: () => kept((values, value) => values.length === 0 && values.push(value)),
  $last: () => kept((values, value) => (values[0] = value)),
};

/** What is no number counts as nothing, as in MongoDB. */
function totals(operator: string, finish: (total: { sum: number; count: number }) => unknown): Accumulator {
  const total = { sum: 0, count: 0 };
  return {
    add(value) {
      if (isWideNumber(value)) throw unsupported(`${operator} on 64-bit integers or decimals`);
      if (typeof value !== 'number') return;
      total.sum += value;
      total.count++;
    },
    result: () => finish(total),
  };
}

/** Null and missing never win. */
function extreme(direction: 1 | -1): Accumulator {
  let best: unknown = null;
  return {
    add(value) {
      if (value === null || value === undefined) return;
      if (best === null || compare(value, best) * direction > 0) best = value;
    },
    result: () => best,
  };
}

function gathered(add: (values: unknown[], value: unknown) => unknown): Accumulator {
  const values: unknown[] = [];
  return {
    add: (value) => value !== undefined && add(values, value),
    result: () => values,
  };
}

function kept(add: (values: unknown[], value: unknown) => unknown): Accumulator {
  const values: unknown[] = [];
  return { add: (value) => add(values, value ?? null), result: () => values[0] ?? null };
}

function distinct(): Accumulator {
  const values = new Map<string, unknown>();
  return {
    add: (value) => value !== undefined && values.set(indexKey(value), value),
    result: () => [...values.values()],
  };
}
