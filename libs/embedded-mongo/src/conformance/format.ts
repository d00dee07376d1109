/** Any JSON object of a test file. */
export type Json = Record<string, unknown>;

/** What a test has created, by its id: clients, databases, collections, sessions. */
export type Entities = Record<string, unknown>;

/** One file of the unified test format, as far as the runner reads it (schema 1.x, parsed as EJSON). */
export interface TestFile {
  runOnRequirements?: Requirement[];
  createEntities?: Json[];
  initialData?: CollectionData[];
  tests: TestCase[];
}

export interface TestCase {
  description: string;
  skipReason?: string;
  runOnRequirements?: Requirement[];
  operations: Operation[];
  expectEvents?: { client: string; eventType?: string; ignoreExtraEvents?: boolean; events: Json[] }[];
  outcome?: CollectionData[];
}

export interface Requirement {
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: string[];
  auth?: boolean;
  serverless?: string;
  csfle?: unknown;
}

export interface CollectionData {
  databaseName: string;
  collectionName: string;
  documents: Json[];
  createOptions?: Json;
}

export interface Operation {
  name: string;
  object: string;
  arguments?: Json;
  expectResult?: unknown;
  expectError?: ExpectedError;
  ignoreResultAndError?: boolean;
  saveResultAsEntity?: string;
}

export interface ExpectedError {
  isClientError?: boolean;
  errorContains?: string;
  errorCode?: number;
  errorCodeName?: string;
  errorLabelsContain?: string[];
  errorLabelsOmit?: string[];
  expectResult?: unknown;
  errorResponse?: unknown;
}

/** What happened is not what the test expects. */
export class Mismatch extends Error {}

/** A plain object, not a BSON value, date or buffer. */
export function isRecord(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return (
    !('_bsontype' in value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Map)
  );
}
