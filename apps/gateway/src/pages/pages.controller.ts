import { Controller, Header } from '@nestjs/common';
import { Endpoint } from '../http/endpoint.ts';
import { problemsPage } from './html.ts';
import { pages } from './pages.ts';

@Controller()
export class PagesController {
  @Endpoint(pages.problems)
  @Header('content-type', 'text/html; charset=utf-8')
  problems() {
    return problemsPage;
  }
}
