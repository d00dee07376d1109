import { MongoError } from '../errors.ts';
import { plainValue } from '../filter/walk.ts';
import { assignedAt } from '../projection.ts';
import { type Doc, isDoc } from '../values/document.ts';
import type { PipelineContext, Stage } from './pipeline.ts';

/** `$unwind: '$path'` or `{ path, preserveNullAndEmptyArrays, includeArrayIndex }`: one document per element. */
export function compileUnwind(argument: unknown, { deadline }: PipelineContext): Stage {
  const source: Doc = isDoc(argument) ? argument : { path: argument };
  const { path: text, preserveNullAndEmptyArrays: keepEmpty = false, includeArrayIndex: indexField } = source;
  if (typeof text !== 'string' || !text.startsWith('$') || text.startsWith('$$')) {
    throw new MongoError(28818, "path option to $unwind stage should be prefixed with a '$'");
  }
  const path = text.slice(1).split('.');
  const indexPath = typeof indexField === 'string' ? indexField.split('.') : null;
  const numbered = (doc: Doc, index: number | null) => (indexPath ? assignedAt(doc, indexPath, index) : doc);
  return (docs) => {
    const result: Doc[] = [];
    for (const doc of docs) {
      deadline.tick();
      const value = plainValue(doc, path);
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, element] of value.entries())
          result.push(numbered(assignedAt(doc, path, element), index));
      } else if (Array.isArray(value)) {
        if (keepEmpty) result.push(numbered(assignedAt(doc, path, undefined), null));
      } else if ((value !== null && value !== undefined) || keepEmpty) result.push(numbered(doc, null));
    }
    return result;
  };
}
