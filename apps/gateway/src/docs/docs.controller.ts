import { Controller, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint, Given } from '../http/endpoint.ts';
import { openApiDocument } from '../openapi/document.ts';
import { pages } from '../pages/pages.ts';
import { ASSETS, type AssetName } from './assets.ts';
import { AsyncApi, asyncApiDocument } from './asyncapi.ts';
import { referencePage } from './documentation-page.ts';
import { messagesPage } from './messages-page.ts';

const HTML = 'text/html; charset=utf-8';
/** Everything from here and nothing inline or evaluated; Swagger UI brings its icons as data. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The API's descriptions, for tools and for people. */
@Controller()
export class DocsController {
  private readonly openApi = { ...openApiDocument() };

  @Endpoint(pages.docs)
  @Header('content-type', HTML)
  @Header('content-security-policy', POLICY)
  reference() {
    return referencePage;
  }

  @Endpoint(pages.docsMessages)
  @Header('content-type', HTML)
  @Header('content-security-policy', POLICY)
  async messages() {
    return messagesPage(AsyncApi.parse(await asyncApiDocument()));
  }

  @Endpoint(pages.docsAsset)
  @Header('cache-control', 'public, max-age=3600')
  asset(
    @Given() { params }: { params: { name: AssetName } },
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { type, read } = ASSETS[params.name];
    reply.type(type);
    return read();
  }

  @Endpoint(pages.openapi)
  openapi() {
    return this.openApi;
  }

  @Endpoint(pages.asyncapi)
  asyncapi() {
    return asyncApiDocument();
  }
}
