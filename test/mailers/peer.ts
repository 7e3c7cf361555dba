/** What can happen to a mail on its way to a server, whatever the server speaks. */
export const FAULTS = [
  'none',
  'nobody listens',
  'reset before the request',
  'reset during the request',
  'reset after the request',
  'hang',
  'truncated answer',
  'not an answer',
  'redirect',
  'server error',
  'throttled',
  'credential refused',
  'mail refused',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A server on loopback that does one of the faults to every mail that comes. */
export type Peer = {
  readonly port: number;
  behave(fault: Fault): void;
  /** Mails that it took: what a real server would have delivered, whatever it answered. */
  accepted(): number;
  close(): Promise<void>;
};
