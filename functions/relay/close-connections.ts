import { closeKeptAgents } from './api/kept-agents.ts';
import { kept } from './esmtp/kept.ts';

/** Ends the kept connections, with QUIT (RFC 5321 4.1.1.10) those over SMTP: the server stops. */
export function closeConnections(): Promise<void> {
  closeKeptAgents();
  return kept.closeAll();
}
