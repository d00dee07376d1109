import * as sdk from '@aws-sdk/client-ec2';
import { perform } from '../calls.ts';
import { fromQuery, queryTree } from '../codec/query.ts';
import { operationsOf, type CodecError } from '../codec/schema.ts';
import { content, escapeXml } from '../codec/xml.ts';
import { AwsError } from '../errors.ts';
import type { Answer, AwsRequest } from '../server.ts';
import type { World } from '../world.ts';
import { ec2Operations, type Ec2Call } from './operations.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const schemas = operationsOf(sdk);

type Handler = (input: unknown, call: Ec2Call) => unknown;

/** EC2's Query protocol: form in, XML out. */
export function ec2Service(world: World) {
  const handlers = new Map(Object.entries(ec2Operations(world)) as [string, Handler][]);

  return async ({ region, body, requestId }: AwsRequest): Promise<Answer> => {
    const { Action: action, Version: _version, ...parameters } = queryTree(body);
    const operation = typeof action === 'string' ? action : '';
    const schema = schemas.get(operation);
    if (!schema)
      throw new AwsError('InvalidAction', `The action ${operation} is not valid for this web service.`);
    const handler = handlers.get(operation);
    if (!handler) throw new AwsError('NotImplemented', `The simulator does not know ${operation}.`, 501);
    if (!world.config.regions.includes(region)) {
      throw new AwsError('AuthFailure', `The simulator has no region ${region}: see BERTH_SIM_REGIONS`, 401);
    }
    const input = fromQuery(schema.input, parameters) as object;
    const output = await perform(world, { service: 'ec2', region, operation, input }, () =>
      handler(input, { region }),
    );
    const inner = schema.output.isUnitSchema() ? '<return>true</return>' : content(schema.output, output);
    return {
      status: 200,
      body: `<${operation}Response xmlns="${NAMESPACE}"><requestId>${requestId}</requestId>${inner}</${operation}Response>`,
    };
  };
}

export function ec2Error(error: AwsError, requestId: string): Answer {
  const inner = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return {
    status: error.status,
    body: `<Response><Errors><Error>${inner}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  };
}

export const ec2CodecError = ({ path, reason }: CodecError) =>
  reason === 'unknown'
    ? new AwsError('UnknownParameter', `The parameter ${path} is not recognized`)
    : new AwsError('InvalidParameterValue', `Value for parameter ${path} is invalid`);
