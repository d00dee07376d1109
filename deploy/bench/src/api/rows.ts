/** The databases of the services whose documents the reference reads. */
export const DATABASES = { accounts: 'berth_accounts', provisioning: 'berth_provisioning' } as const;

/** Of a stored API token, what a reader looks at. */
export interface TokenRow {
  _id: string;
  accountId: string;
  userId: string;
  digest: string;
  expiresAt: Date | null;
}

/** Of a stored server, what a customer is shown and what a copy has to change. */
export interface ServerRow {
  _id: string;
  accountId: string;
  name: string;
  status: string;
  reason: string | null;
  progress: { stuckSince: Date | null };
  configuration: { product: string; version: string; size: string; region: string; diskGib: number };
  zone: string | null;
  hostname: string;
  host: string;
  searchText: string;
  instance: { ip: string | null } | null;
  tags: { key: string; value: string }[];
  protected: boolean;
  operation: { _id: string; type: string; status: string; endedAt: Date | null } | null;
  /** When something about it is due. */
  nextLookAt: Date | null;
  failure: object | null;
  capacity: { waitingFor: string } | null;
  createdAt: Date;
  updatedAt: Date;
}
