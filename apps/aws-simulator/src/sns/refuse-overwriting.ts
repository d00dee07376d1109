import type { preHandlerHookHandler } from 'fastify';
import type { S3Store } from './fauxqs.ts';

/**
 * What fauxqs lacks of S3: a PutObject with `If-None-Match: *` writes an object that is not there, and changes none that is
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). The body has come when it is asked, so two
 * at once cannot both write.
 */
export const refuseOverwriting =
  ({ buckets }: S3Store): preHandlerHookHandler =>
  (request, reply, done) => {
    const { bucket = '', '*': key = '' } = request.params as { bucket?: string; '*'?: string };
    const isConditional = request.method === 'PUT' && request.headers['if-none-match'] === '*';
    if (!isConditional || !buckets.get(bucket)?.has(key)) return done();
    void reply.code(412).type('application/xml').send(REFUSAL);
  };

const REFUSAL =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>PreconditionFailed</Code>' +
  '<Message>At least one of the pre-conditions you specified did not hold</Message><Condition>If-None-Match</Condition></Error>';
