import type { ApiCase } from '../api-case.ts';
import { sendgridCase } from './sendgrid.ts';

/** Every mailer over an HTTP API: each passes the whole suite. */
export const apiCases: readonly ApiCase[] = [sendgridCase];
