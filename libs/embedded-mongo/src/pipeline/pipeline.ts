import type { Deadline } from '../deadline.ts';
import { MongoError, unsupported } from '../errors.ts';
import { compileFilter, matches } from '../filter/filter.ts';
import { assignedAt, compileProjection } from '../projection.ts';
import { parseSort, sortInPlace } from '../sort.ts';
import type { FindOptions } from '../store/find.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, Kind, isDoc, kindOf } from '../values/document.ts';
import { compileExpression, compileTest, type Scope } from './expression.ts';
import { compileGroup } from './group.ts';
import { compileLookup } from './lookup.ts';
import { compileUnwind } from './unwind.ts';

/** What stages need of the database: other collections, the time left, the variables of an outer `$lookup`. */
export interface PipelineContext {
  find: (collection: string, options: FindOptions) => Doc[];
  deadline: Deadline;
  variables: Scope['variables'];
}

export type Stage = (docs: Doc[]) => Doc[];

/** More documents between two stages than this is refused (code 292), so that one query can't eat all memory. */
const mostDocuments = 1_000_000;

/** Runs a pipeline over a collection. Leading `$match`, `$sort`, `$skip`, `$limit` use its indexes. */
export function aggregate(collection: string, pipeline: unknown, context: PipelineContext): Doc[] {
  const stages = parsePipeline(pipeline);
  const [options, rest] = pushDown(stages, context);
  return runStages(rest, context.find(collection, options), context);
}

/** Runs stages over documents already at hand (`$facet`). */
export function runStages(stages: ParsedStage[], docs: Doc[], context: PipelineContext): Doc[] {
  const compiled = stages.map(([name, argument]) => compileStage(name, argument, context));
  return compiled.reduce((input, stage) => {
    context.deadline.check();
    const output = stage(input);
    if (output.length > mostDocuments) {
      throw new MongoError(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `a stage yields over ${mostDocuments} documents`,
      );
    }
    return output;
  }, docs);
}

export type ParsedStage = [name: string, argument: unknown];

export function parsePipeline(pipeline: unknown): ParsedStage[] {
  if (!Array.isArray(pipeline)) throw new MongoError('TypeMismatch', "'pipeline' option must be an array");
  return pipeline.map((stage) => {
    const names = isDoc(stage) ? Object.keys(stage) : [];
    const [name] = names;
    if (!isDoc(stage) || names.length !== 1 || name === undefined) {
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    return [name, stage[name]];
  });
}

/** Splits off what the collection's own find can do with its indexes. */
function pushDown(stages: ParsedStage[], context: PipelineContext): [FindOptions, ParsedStage[]] {
  const rest = [...stages];
  const next = (name: string) => (rest[0]?.[0] === name ? rest.shift()?.[1] : undefined);
  const conditions: unknown[] = [];
  for (let match = next('$match'); match !== undefined; match = next('$match')) conditions.push(match);
  const source = conditions.length > 1 ? { $and: conditions } : (conditions[0] ?? {});
  const options: FindOptions = { filter: filterOf(source, context), sort: [], skip: 0, limit: 0 };
  options.sort = parseSort(next('$sort'));
  const skip = next('$skip');
  if (skip !== undefined) options.skip = count('$skip', skip, 0);
  const limit = next('$limit');
  if (limit !== undefined) options.limit = count('$limit', limit, 1);
  return [options, rest];
}

function filterOf(source: unknown, context: PipelineContext) {
  return compileFilter(source, (expression) => compileTest(expression, context.variables));
}

function compileStage(name: string, argument: unknown, context: PipelineContext): Stage {
  const { deadline } = context;
  switch (name) {
    case '$match': {
      const filter = filterOf(argument, context);
      const kept = (docs: Doc[]) => docs.filter((doc) => (deadline.tick(), matches(filter, doc)));
      return (docs) => (filter.hasRegex ? deadline.guard(() => kept(docs)) : kept(docs));
    }
    case '$sort': {
      const sort = parseSort(argument);
      return (docs) => {
        const sorted = [...docs];
        sortInPlace(sorted, sort, (doc) => doc, deadline);
        return sorted;
      };
    }
    case '$skip': {
      const skipped = count(name, argument, 0);
      return (docs) => docs.slice(skipped);
    }
    case '$limit': {
      const limit = count(name, argument, 1);
      return (docs) => docs.slice(0, limit);
    }
    case '$count': {
      if (typeof argument !== 'string' || !argument || /[$.]/.test(argument)) {
        throw new MongoError(40156, 'the count field must be a non-empty string without $ or .');
      }
      return (docs) => (docs.length ? [{ [argument]: docs.length }] : []);
    }
    case '$project': {
      const project = compileProjection(argument, undefined, context.variables);
      if (!project) throw new MongoError(51272, '$project must have at least one field');
      return (docs) => docs.map((doc) => (deadline.tick(), project(doc)));
    }
    case '$addFields':
    case '$set':
      return addFields(name, argument, context);
    case '$group':
      return compileGroup(argument, context);
    case '$unwind':
      return compileUnwind(argument, context);
    case '$lookup':
      return compileLookup(argument, context);
    case '$unionWith':
      return unionWith(argument, context);
    case '$facet': {
      if (!isDoc(argument)) throw new MongoError(40169, '$facet must be an object');
      const facets = Object.keys(argument).map((facet) => [facet, parsePipeline(argument[facet])] as const);
      return (docs) => [
        Object.fromEntries(facets.map(([facet, stages]) => [facet, runStages(stages, docs, context)])),
      ];
    }
  }
  throw unsupported(`pipeline stage ${name}`);
}

function addFields(name: string, argument: unknown, { deadline, variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new MongoError(40272, `${name} specification stage must be an object`);
  const fields = Object.keys(argument).map((field) => {
    if (field.includes('.')) throw unsupported(`${name} of the nested field '${field}'`);
    return [field, compileExpression(argument[field])] as const;
  });
  return (docs) =>
    docs.map((root) => {
      deadline.tick();
      return fields.reduce(
        (doc, [field, expression]) => assignedAt(doc, [field], expression({ root, variables })),
        root,
      );
    });
}

function unionWith(argument: unknown, context: PipelineContext): Stage {
  const { coll, pipeline = [], ...unknown } = isDoc(argument) ? argument : { coll: argument };
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw unsupported(`$unionWith.${other}`);
  if (typeof coll !== 'string') throw unsupported('$unionWith without a collection');
  return (docs) => [...docs, ...aggregate(coll, pipeline, { ...context, variables: {} })];
}

function count(name: string, argument: unknown, least: 0 | 1): number {
  const number = kindOf(argument) === Kind.number ? toNumber(argument) : NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new MongoError(15958, `the ${name} must be ${least ? 'a positive' : 'a non-negative'} integer`);
}
