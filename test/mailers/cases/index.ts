import type { ApiCase } from '../api-case.ts';
import { amazonSesCase } from './amazon-ses.ts';
import { hainekoCase } from './haineko.ts';
import { mailgunCase } from './mailgun.ts';
import { mandrillCase } from './mandrill.ts';
import { postmarkCase } from './postmark.ts';
import { sendgridCase } from './sendgrid.ts';

/** Every mailer over an HTTP API: each passes the whole suite. */
export const apiCases: readonly ApiCase[] = [
  amazonSesCase,
  sendgridCase,
  postmarkCase,
  mandrillCase,
  mailgunCase,
  hainekoCase,
];
