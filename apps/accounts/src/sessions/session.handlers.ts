import { Controller } from '@nestjs/common';
import { LogIn, LogOut, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Sessions } from './sessions.ts';

@Controller()
export class SessionHandlers {
  constructor(private readonly sessions: Sessions) {}

  @OnRequest(LogIn)
  logIn(credentials: DataOf<typeof LogIn>) {
    return this.sessions.logIn(credentials);
  }

  @OnRequest(LogOut)
  logOut(session: DataOf<typeof LogOut>) {
    return this.sessions.logOut(session);
  }
}
