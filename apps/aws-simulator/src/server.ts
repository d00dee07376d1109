import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { CodecError } from './codec/schema.ts';
import { controlService } from './control.ts';
import { ec2CodecError, ec2Error, ec2Service } from './ec2/protocol.ts';
import { AwsError, LostAnswer } from './errors.ts';
import { route53CodecError, route53Error, route53Service } from './route53/protocol.ts';
import type { Fauxqs } from './sns/fauxqs.ts';
import type { LandingZone } from './landing-zone.ts';
import type { World } from './world.ts';

/** A request to one of our own services. */
export interface AwsRequest {
  method: string;
  url: URL;
  region: string;
  body: string;
  requestId: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

const MOST_BODY_BYTES = 2 ** 20;

/**
 * The one endpoint of all services. The caller's signature names the service and the region; it is not checked, any
 * credentials do.
 */
export function awsEndpoint(world: World, fauxqs: Fauxqs, landingZone: LandingZone): RequestListener {
  const services = {
    ec2: { answer: ec2Service(world), error: ec2Error, codecError: ec2CodecError },
    route53: { answer: route53Service(world), error: route53Error, codecError: route53CodecError },
  };
  const control = controlService(world, landingZone, fauxqs);

  return (request, response) => {
    const { service, region } = addressee(request);
    if (service === 'sim') void control(request, response);
    else if (service === 'fauxqs') fauxqs.handle(request, response);
    else void serve(services[service], region, request, response);
  };
}

interface Service {
  answer: (request: AwsRequest) => Promise<Answer>;
  error: (error: AwsError, requestId: string) => Answer;
  codecError: (error: CodecError) => AwsError;
}

async function serve(
  { answer, error, codecError }: Service,
  region: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    send(response, requestId, await answer({ method: request.method ?? '', url, region, body, requestId }));
  } catch (thrown) {
    if (thrown instanceof LostAnswer) request.socket.destroy();
    else
      send(
        response,
        requestId,
        error(thrown instanceof CodecError ? codecError(thrown) : known(thrown), requestId),
      );
  }
}

function known(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  console.error(thrown);
  return new AwsError('InternalError', 'An internal error has occurred', 500);
}

function send(response: ServerResponse, requestId: string, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'text/xml;charset=UTF-8',
    'x-amzn-requestid': requestId,
    ...headers,
  });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'The request is too large', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`, in the header or, of presigned requests, in the query. */
const CREDENTIAL_SCOPE =
  /Credential=[^/]+(?:\/|%2F)\d{8}(?:\/|%2F)([\w-]+)(?:\/|%2F)(\w+)(?:\/|%2F)aws4_request/;

function addressee({ url = '/', headers }: IncomingMessage): {
  service: 'ec2' | 'route53' | 'fauxqs' | 'sim';
  region: string;
} {
  const [, region = '', service = ''] = CREDENTIAL_SCOPE.exec(headers.authorization ?? url) ?? [];
  if (url.startsWith('/_sim/')) return { service: 'sim', region };
  if (service === 'ec2') return { service, region };
  if (service === 'route53' || url.startsWith('/2013-04-01/')) return { service: 'route53', region };
  return { service: 'fauxqs', region };
}
