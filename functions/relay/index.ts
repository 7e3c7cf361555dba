import { amazonSes } from './amazon-ses.ts';
import { discard } from './discard.ts';
import { esmtp } from './esmtp.ts';
import { file } from './file.ts';
import { haineko } from './haineko.ts';
import { mailgun } from './mailgun.ts';
import { mandrill } from './mandrill.ts';
import { mx } from './mx.ts';
import { postmark } from './postmark.ts';
import type { Relay } from './relay.ts';
import { screen } from './screen.ts';
import { sendgrid } from './sendgrid.ts';

/** All mailers. Adding one is its file and its place in this list; the tables know it by its name from here. */
export const relays: readonly Relay[] = [
  esmtp,
  mx,
  amazonSes,
  sendgrid,
  postmark,
  mandrill,
  mailgun,
  haineko,
  file,
  screen,
  discard,
];

/** The mailers by name; fit for the `mailers` of Known (tables/known.ts). */
export const mailers: ReadonlyMap<string, Relay> = new Map(relays.map((relay) => [relay.name, relay]));
