import { Controller, Header } from '@nestjs/common';
import { Endpoint } from '../http/endpoint.ts';
import { homePage, problemsPage } from './html.ts';
import { pages } from './pages.ts';

@Controller()
export class PagesController {
  @Endpoint(pages.home)
  @Header('content-type', 'text/html; charset=utf-8')
  home() {
    return homePage;
  }

  @Endpoint(pages.problems)
  @Header('content-type', 'text/html; charset=utf-8')
  problems() {
    return problemsPage;
  }
}
