import { startChild } from './child.ts';

/** Where the server listens: with STARTTLS, and with TLS from the first octet. */
export type SinkPorts = { readonly plain: number; readonly secure: number };

/** Runs something beside a server that takes every mail, and ends the server whatever happens. */
export async function withSink<T>(use: (ports: SinkPorts) => Promise<T>): Promise<T> {
  const sink = await startChild<SinkPorts>('smtp-sink.ts');
  try {
    return await use(sink.told);
  } finally {
    sink.stop();
  }
}

/** The same, with the server so many milliseconds away: a port for each round-trip time. */
export async function withDistantSink<T>(
  roundTrips: readonly number[],
  use: (...ports: number[]) => Promise<T>,
): Promise<T> {
  return withSink(async ({ plain }) => {
    const lines = await startChild<number[]>('delay-process.ts', plain, ...roundTrips);
    try {
      return await use(...lines.told);
    } finally {
      lines.stop();
    }
  });
}
