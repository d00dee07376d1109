/**
 * What an enum's metadata calls those of its values that this release reads and never writes: `.meta({ [NOT_SENT_YET]: ['backup'] })`. The
 * release before may then still run beside it, although it would refuse them; the next release says them
 * (docs/contributing.md). It stands in the generated documents, for readers outside as well.
 */
export const NOT_SENT_YET = 'x-not-sent-yet';
