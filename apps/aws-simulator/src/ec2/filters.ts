import { AwsError } from '../errors.ts';
import type { Tags } from './model.ts';

export interface Filter {
  Name?: string | undefined;
  Values?: string[] | undefined;
}

/** What a filter of that name compares with. */
export type FilterFields<T> = Record<string, (item: T) => (string | undefined)[]>;

/**
 * EC2's filters: any value of one, all of several; `*` and `?` are wildcards, values are case-sensitive.
 * `tag:<key>`, `tag-key` and `tag-value` work on everything that has tags. An unknown name is an error.
 */
export function filtered<T extends object>(
  items: T[],
  filters: Filter[] | undefined,
  fields: FilterFields<T>,
): T[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, fields));
  return items.filter((item) => tests.every((test) => test(item)));
}

function testOf<T extends object>({ Name: name = '', Values: values = [] }: Filter, fields: FilterFields<T>) {
  const read = fieldOf(name, fields);
  const patterns = values.map(patternOf);
  return (item: T) =>
    read(item).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value)));
}

function fieldOf<T extends object>(name: string, fields: FilterFields<T>): FilterFields<T>[string] {
  const tag = /^tag:(.+)$/.exec(name)?.[1];
  if (tag !== undefined) return (item) => [Object.hasOwn(tagsOf(item), tag) ? tagsOf(item)[tag] : undefined];
  if (name === 'tag-key') return (item) => Object.keys(tagsOf(item));
  if (name === 'tag-value') return (item) => Object.values(tagsOf(item));
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return field;
}

function patternOf(value: string): RegExp {
  const escaped = value.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`, 's');
}

const tagsOf = (item: { tags?: Tags }): Tags => item.tags ?? {};
