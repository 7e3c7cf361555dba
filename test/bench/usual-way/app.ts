import { Hono } from 'hono';
import { createTransport, type Transporter } from 'nodemailer';
import { z } from 'zod';

/** A mail as a client POSTs it. */
const mail = z.object({
  ehlo: z.string().min(1),
  mail: z.email(),
  rcpt: z.array(z.email()).min(1).max(10),
  header: z.record(z.string(), z.string()),
  body: z.string().min(1),
});

/** Routes by domain; `default` where no other matches. Absent host: the mail is composed and forgotten. */
export type UsualRoutes = Readonly<Record<string, { host?: string; port?: number }>>;

/** The same job done the usual way: a web framework, a schema library and nodemailer, each as its documentation has it. */
export function usualApp(routes: UsualRoutes, log: (line: string) => void): Hono {
  const app = new Hono();
  const transports = new Map<string, Transporter>();
  const transportFor = (address: string): Transporter => {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const name = domain in routes ? domain : 'default';
    const { host, port = 25 } = routes[name] ?? {};
    const made =
      transports.get(name) ??
      (createTransport(host ? { host, port } : { jsonTransport: true }) as Transporter);
    transports.set(name, made);
    return made;
  };
  app.post('/submit', async (c) => {
    const read = mail.safeParse(await c.req.json());
    if (!read.success) return c.json({ error: z.prettifyError(read.error) }, 400);
    const { mail: from, rcpt, header, body } = read.data;
    const responses = await Promise.all(
      rcpt.map(async (to) => {
        const sent = await transportFor(to).sendMail({
          envelope: { from, to },
          from: header['from'] ?? from,
          to,
          subject: header['subject'] ?? '',
          text: body,
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return { to, response: 'response' in sent ? sent.response : 'forgotten' };
      }),
    );
    log(JSON.stringify({ message: 'session', from, recipients: responses }));
    return c.json({ responses });
  });
  return app;
}
