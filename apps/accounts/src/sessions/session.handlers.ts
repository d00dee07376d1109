import { Controller } from '@nestjs/common';
import {
  BeginSession,
  ChangePassword,
  EndSession,
  EndSessions,
  ListSessions,
  LogIn,
  LogOut,
  SwitchAccount,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { PasswordChanges } from './password-changes.ts';
import { Sessions } from './sessions.ts';

@Controller()
export class SessionHandlers {
  constructor(
    private readonly sessions: Sessions,
    private readonly passwordChanges: PasswordChanges,
  ) {}

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

  @OnRequest(ListSessions)
  list(query: DataOf<typeof ListSessions>) {
    return this.sessions.list(query);
  }

  @OnRequest(EndSession)
  end(session: DataOf<typeof EndSession>) {
    return this.sessions.end(session);
  }

  @OnRequest(EndSessions)
  async endAll({ userId }: DataOf<typeof EndSessions>) {
    await this.sessions.endAll(userId);
    return {};
  }

  @OnRequest(SwitchAccount)
  switch(wanted: DataOf<typeof SwitchAccount>) {
    return this.sessions.switch(wanted);
  }

  @OnRequest(ChangePassword)
  changePassword(wanted: DataOf<typeof ChangePassword>) {
    return this.passwordChanges.change(wanted);
  }
}
