import { BSONRegExp } from 'bson';
import { MongoError, unsupported } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import { assignedAt } from '../projection.ts';
import { type Doc, field, isDoc } from '../values/document.ts';
import { compileExpression } from './expression.ts';
import { aggregate, parsePipeline, type PipelineContext, type Stage } from './pipeline.ts';

/** `$lookup` by localField/foreignField (uses the foreign collection's index), by pipeline with `let`, or both. */
export function compileLookup(argument: unknown, context: PipelineContext): Stage {
  const source: Doc = isDoc(argument) ? argument : {};
  const { from, as, localField, foreignField, let: variables = {}, pipeline = [], ...unknown } = source;
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw unsupported(`$lookup.${other}`);
  if (typeof from !== 'string' || typeof as !== 'string' || !isDoc(variables)) {
    throw new MongoError('FailedToParse', "$lookup needs 'from' and 'as', and 'let' must be an object");
  }
  if ((localField === undefined) !== (foreignField === undefined)) {
    throw new MongoError('FailedToParse', '$lookup needs both localField and foreignField, or neither');
  }
  parsePipeline(pipeline);
  const defined = Object.keys(variables).map((name) => [name, compileExpression(variables[name])] as const);
  return (docs) =>
    docs.map((root) => {
      context.deadline.tick();
      const scope = { root, variables: context.variables };
      const inner = Object.fromEntries(defined.map(([name, expression]) => [name, expression(scope)]));
      const join =
        localField === undefined ? null : joinFilter(root, String(localField), String(foreignField));
      const found =
        join && Array.isArray(pipeline) && pipeline.length === 0
          ? context.find(from, { filter: compileFilter(join), sort: [], skip: 0, limit: 0 })
          : aggregate(from, [...(join ? [{ $match: join }] : []), ...(pipeline as unknown[])], {
              ...context,
              variables: { ...context.variables, ...inner },
            });
      return assignedAt(root, as.split('.'), found);
    });
}

function joinFilter(doc: Doc, localField: string, foreignField: string): Doc {
  const values: unknown[] = [];
  collect(doc, localField.split('.'), 0, values);
  if (values.some((value) => value instanceof BSONRegExp))
    throw unsupported('$lookup by a regular expression');
  return values.length === 1 ? { [foreignField]: { $eq: values[0] } } : { [foreignField]: { $in: values } };
}

/** All values at the path, elements of arrays each; missing joins as null. */
function collect(value: unknown, path: readonly string[], depth: number, values: unknown[]): void {
  const name = path[depth];
  if (Array.isArray(value)) {
    if (name === undefined) values.push(...(value as unknown[]));
    else for (const element of value) collect(element, path, depth, values);
  } else if (name === undefined) values.push(value ?? null);
  else if (isDoc(value)) collect(field(value, name), path, depth + 1, values);
  else values.push(null);
}
