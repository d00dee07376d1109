/** Why a report cannot be compared: what is wrong with it, by code and in words for staff. No attempt will do better. */
export class ReportError extends Error {
  override readonly name = 'ReportError';

  constructor(
    readonly code: ReportErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

export type ReportErrorCode =
  | 'report_not_found'
  | 'access_denied'
  | 'malformed_manifest'
  | 'malformed_gzip'
  | 'truncated'
  | 'malformed_csv'
  | 'missing_columns'
  | 'malformed_line'
  | 'wrong_month'
  | 'not_hourly'
  | 'duplicate_line'
  | 'mixed_currencies'
  | 'empty_report';
