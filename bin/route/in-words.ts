import type { Explanation } from '../../functions/app/explain.ts';
import { columns } from '../terminal/columns.ts';

type Way = Pick<Explanation, 'route' | 'credential' | 'dkim'>;

/** An explanation for people: the search, the way, what it names, its fallbacks, and what would be refused. */
export function inWords(explained: Explanation, tables: string): string {
  const { from, to, steps, fallbacks, refusals, warnings, notes } = explained;
  const searched = steps.map(({ table, key, result, why }) => [
    result,
    `${table ?? 'last resort'} ${key ?? '-'}`,
    why,
  ]);
  const parts = [
    `${from} -> ${to}`,
    `By the tables of ${tables}`,
    section('Looked at', columns(searched)),
    section('Route', way(explained)),
    section('Fallbacks', fallbacks.map((each) => fallback(each)).join('\n')),
    section('Refused before relaying', refusals.map(refusal).join('\n')),
    section('The way itself', warnings.map((each) => `  ${each.entry}: ${said(each)}`).join('\n')),
    section('Depends on', notes.map((note) => `  ${note}`).join('\n')),
    refusals.length === 0 ? 'Nothing that the tables tell would refuse it.' : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function section(title: string, text: string): string {
  return text === '' ? '' : `${title}\n${text}`;
}

function way({ route, credential, dkim }: Way): string {
  if (!route) return '';
  const place = route.host === null ? '' : ` ${route.host}:${route.port}`;
  const tls = { 0: 'no TLS', 1: 'STARTTLS required', opportunistic: 'STARTTLS where offered' }[
    route.starttls
  ];
  const facts = [
    [`${route.table ?? 'last resort'}`, `${route.entry ?? ''}: ${route.mailer}${place}`],
    ...(route.host === null
      ? []
      : [['tls', `${tls}${route.tls_verify === 1 ? '' : ', certificate not verified'}`]]),
    ['tries', `${route.retry + 1}, each at most ${route.timeout} s`],
    ...(Object.keys(route.options).length > 0 ? [['options', JSON.stringify(route.options)]] : []),
    ...(credential ? [['auth', told(credential)]] : []),
    ...(dkim ? [['dkim', told(dkim)]] : []),
  ];
  return columns(facts);
}

function told(credential: NonNullable<Way['credential']>): string {
  const { name, found, version, kind, username, why } = credential;
  if (!found) return `${name}: NOT THERE (${why})`;
  return `${name}: ${kind}${username === null ? '' : ` of ${username}`}, version ${version} (${why})`;
}

function fallback(each: Explanation['fallbacks'][number]): string {
  if ('skipped' in each) return `  ${each.name}: left out, ${each.skipped}`;
  const { route, credential } = each;
  const place = route === null || route.host === null ? '' : ` ${route.host}:${route.port}`;
  return `  ${each.name}: ${route?.mailer}${place}${credential ? `, auth ${told(credential)}` : ''}`;
}

function refusal({ phase, status, code, dsn, message, why }: Explanation['refusals'][number]): string {
  return `  ${phase}: HTTP ${status}, ${[code, dsn].filter(Boolean).join(' ')} ${message.join(' / ')} (${why})`;
}

function said(warning: Explanation['warnings'][number]): string {
  const { code, dsn, message } = warning;
  return `${[code, dsn].filter(Boolean).join(' ')} ${message}`.trim();
}
