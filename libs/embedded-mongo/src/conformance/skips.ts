import type { Requirement, TestCase, TestFile } from './format.ts';

/** Why a test can't be run at all, or null. */
export function notRunnable(content: TestFile, test: TestCase): string | null {
  if (test.skipReason) return `the test says: ${test.skipReason}`;
  const met = isMet(content.runOnRequirements) && isMet(test.runOnRequirements);
  return met ? null : 'for another server version or topology';
}

/** Why a test (`suite/file: description`) is known to fail, or null. */
export function knownFailure(title: string): string | null {
  return skips.find(([pattern]) => pattern.test(title))?.[1] ?? null;
}

/** The one place that says which tests are left out and why. A test that is on it and passes fails the run. */
const skips: [pattern: RegExp, reason: string][] = [
  [/collation/i, 'collation is not supported'],
  [/\blet\b|-let/i, '`let` is not supported'],
  [/\$out|\$merge|aggregate-merge|aggregate-out(?!.*linearizable)/, '$out and $merge are not supported'],
  [
    /pipeline|dots_and_dollars.json: Updating|findOneAndUpdate-comment.json|bulkWrite-update.*-rawdata|findOneAndUpdate-rawdata/,
    'updates by pipeline are not supported',
  ],
  [/crud\/db-aggregate/, 'aggregation of a whole database is not supported'],
  [/works correctly on views/, 'views are not supported'],
  [/document validation errInfo/, 'document validation is not supported'],
  [
    /(BulkWrite|FindOneAndReplace|FindOneAndUpdate|InsertMany) passes bypassDocumentValidation: false/,
    'the driver leaves out options that are false',
  ],
  [
    /create-null-ids.json: inserting _id with type null via (insert|bulkWrite)/,
    'the driver replaces an _id of null before sending',
  ],
  [
    /bulkWrite.json: First insertOne is never committed/,
    'the driver reports an insertedId the test does not expect',
  ],
];

/** As the embedded database presents itself. */
const serverVersion = [7, 0, 14];

function isMet(requirements: Requirement[] | undefined): boolean {
  return requirements?.some(isMetBy) ?? true;
}

function isMetBy({
  minServerVersion,
  maxServerVersion,
  topologies,
  auth,
  serverless,
  csfle,
}: Requirement): boolean {
  if (auth || csfle || serverless === 'require') return false;
  if (topologies && !topologies.includes('replicaset')) return false;
  return (
    (!minServerVersion || compareVersion(minServerVersion) >= 0) &&
    (!maxServerVersion || compareVersion(maxServerVersion) <= 0)
  );
}

/** Ours against another, as exactly as the other is given. */
function compareVersion(other: string): number {
  for (const [index, part] of other.split('.').entries()) {
    const difference = (serverVersion[index] ?? 0) - Number(part);
    if (difference !== 0) return difference;
  }
  return 0;
}
