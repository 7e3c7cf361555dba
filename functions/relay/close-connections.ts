import { kept } from './esmtp/kept.ts';

/** Says QUIT on the kept connections (RFC 5321 4.1.1.10): the server stops. Loads nothing that was not loaded. */
export function closeConnections(): Promise<void> {
  return kept.closeAll();
}
