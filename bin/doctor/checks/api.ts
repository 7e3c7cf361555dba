import { VERSION } from '../../../functions/app/version.ts';
import { tlsFault } from '../../../functions/relay/tls-fault.ts';
import { isLoopback } from '../../../functions/tables/loopback.ts';
import type { Deployed } from '../deployed.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';
import { type Got, httpGet } from '../http-get.ts';
import type { DoctorWorld } from '../world.ts';

const DAY = 86_400_000;
/** API Gateway's own certificates, and those of ACM, are made anew 60 days and more before their end. */
const FEW_DAYS = 21;
/** Of a check's time. */
const SHARE = 0.9;

/** Whether the API answers whoever asks. GET / alone: no mail is ever sent. */
export const api: Check = {
  name: 'api',
  async look(world) {
    const url = await urlOf(world);
    if (!(url instanceof URL)) return [url];
    let got: Got;
    try {
      got = await httpGet(url, `haineko/${VERSION} doctor`, world.limit * SHARE);
    } catch (error) {
      return [unreachable(url, error)];
    }
    // with --url the stage need not be readable
    const deployed = await world.deployed().catch(() => undefined);
    const said = verdict(url, got, deployed, await world.region().catch(() => undefined));
    return [said, ...inTheClear(url), ...certificate(url, got, world.now())];
  },
};

async function urlOf({ url, deployed, stage }: DoctorWorld): Promise<URL | Said> {
  const base = url ?? (await deployed()).record?.url;
  if (base === undefined)
    return note(
      'not looked at: where the API is, nobody has told',
      `--url URL, or npx cdk deploy -c stage=${stage}, which lays the record of it.`,
    );
  // its own address, or what is POSTed to
  const root = base.replace(/\/+$/, '').replace(/\/submit$/, '');
  if (!URL.canParse(`${root}/`) || !/^https?:/i.test(root))
    return fail(`'${base}' is no URL, and the stack's record has it`, `npx cdk deploy -c stage=${stage}`);
  return new URL(`${root}/`);
}

function unreachable({ href }: URL, error: unknown): Said {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const tls = tlsFault(code);
  if (tls !== undefined)
    return fail(`${href}: TLS failed: ${tls}`, 'Mend the certificate of its domain (ACM), or the name.');
  const why = code === 'ABORT_ERR' ? 'no answer in time' : code;
  return fail(
    `${href} does not answer: ${why}`,
    'Is it deployed, and its DNS record there? --url says another address.',
  );
}

function verdict(
  { href }: URL,
  { status, headers, body, took }: Got,
  deployed: Deployed | undefined,
  region: string | undefined,
): Said {
  const answer = `${href} answers ${status} in ${timeOf(took)}`;
  const iam = deployed?.record?.authorization === 'iam';
  const version = status === 200 ? versionIn(body) : undefined;
  if (version !== undefined)
    return version === VERSION
      ? ok(`${answer}: Haineko ${version}`)
      : note(
          `${answer}: Haineko ${version}, and this command is of ${VERSION}`,
          'Deploy again, or use the command of that version.',
        );
  // ours too has it, so that a client knows what ran
  const ours = /"smtp\.response"|"response"/.test(body);
  switch (status) {
    case 401:
      return deployed?.stage?.tables.config.require_auth === 1
        ? ok(`${answer}: it wants a user, as require_auth says`)
        : note(`${answer}: it wants a user, which is right with require_auth: 1`);
    case 403:
      if (iam)
        return ok(`${answer}: it wants a signature (IAM), as it should; its version is not told without one`);
      return ours
        ? note(`${answer}: the relay refuses this machine`, 'Right where relayhosts or a milter says so.')
        : warn(
            `${answer}: refused before the relay`,
            'Right with IAM authorization, which the record does not tell; else look at the domain, WAF and stage.',
          );
    case 404:
      return fail(
        `${answer}: there is no such API`,
        'Is it deleted, or deployed anew? --url says another address.',
      );
    case 429:
      return warn(
        `${answer}: it is throttled`,
        'throttle and reservedConcurrency of the stage; docs/operate.md.',
      );
    default:
      break;
  }
  if (status >= 500)
    return fail(
      `${answer}: ${ours ? 'the relay has no tables, or fails' : 'the function does not answer'}`,
      deployed?.record
        ? `aws logs tail ${deployed.record.log} --since 10m${region === undefined ? '' : ` --region ${region}`}`
        : "Look at the function's log: docs/operate.md#logs.",
    );
  if (status >= 300 && status < 400)
    return warn(
      `${answer}: a redirect to ${String(headers['location'])}`,
      'Clients do not follow it with a POST: use that address.',
    );
  return warn(`${answer}, and it is no Haineko's answer`, 'Is it the right address? --url says another one.');
}

function versionIn(body: string): string | undefined {
  try {
    const { name, version } = Object(JSON.parse(body)) as { name?: unknown; version?: unknown };
    return name === 'Haineko' && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function inTheClear({ protocol, hostname, origin }: URL): Said[] {
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return [];
  return [fail(`${origin} is not HTTPS: passwords and mails go in the clear`, 'Use its https:// address.')];
}

function certificate({ hostname }: URL, { validTo }: Got, now: number): Said[] {
  if (validTo === undefined || Number.isNaN(validTo)) return [];
  const days = Math.floor((validTo - now) / DAY);
  const what = `the certificate of ${hostname} ends in ${days} days`;
  if (days > FEW_DAYS) return [ok(what)];
  return [
    warn(what, 'ACM makes it anew by itself where its DNS record of validation is still there: look at ACM.'),
  ];
}

function timeOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
