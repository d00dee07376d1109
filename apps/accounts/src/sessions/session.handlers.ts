import { Controller } from '@nestjs/common';
import { BeginSession, LogIn, LogOut, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Sessions } from './sessions.ts';

@Controller()
export class SessionHandlers {
  constructor(private readonly sessions: Sessions) {}

  @OnRequest(BeginSession)
  begin(credentials: DataOf<typeof BeginSession>) {
    return this.sessions.begin(credentials);
  }

  @OnRequest(LogIn)
  logIn(credentials: DataOf<typeof LogIn>) {
    return this.sessions.logIn(credentials);
  }

  @OnRequest(LogOut)
  logOut(session: DataOf<typeof LogOut>) {
    return this.sessions.logOut(session);
  }
}
