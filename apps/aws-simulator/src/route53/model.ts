/** What is kept of Route 53. Times are virtual milliseconds since 1970. */

export interface Zone {
  id: string;
  /** With the last dot. */
  name: string;
  callerReference: string;
  comment?: string;
  createdAt: number;
  /** As the API answers, by `name type`. */
  records: Record<string, RecordSet>;
  /** As name servers answer: follows when a change is INSYNC. */
  published: Record<string, RecordSet>;
  /** When the last change is due to be INSYNC: a later one never is before it. Absent in old documents. */
  insyncDueAt?: number;
}

export interface RecordSet {
  /** Lower case, with the last dot. */
  name: string;
  type: string;
  ttl: number;
  values: string[];
}

export interface Change {
  id: string;
  zoneId: string;
  comment?: string;
  submittedAt: number;
  insyncAt?: number;
  edits: { action: 'CREATE' | 'UPSERT' | 'DELETE'; record: RecordSet }[];
}

export const keyOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>) => `${name} ${type}`;

/** Lower case and with a last dot, as Route 53 stores names. */
export const dnsName = (name: string) => `${name.toLowerCase().replace(/\.$/, '')}.`;
