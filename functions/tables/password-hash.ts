import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

// RFC 7914 2: N = 2^14, r = 8, p = 1 take 16 MB and some 40 ms; what node:crypto gives by default.
const COST = 16384;
const BLOCK = 8;
const PARALLEL = 1;
const SCRYPT =
  /^\{scrypt\}(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/]{16,64}={0,2})\$([A-Za-z0-9+/]{43}=)$/;
const SSHA = /^\{SSHA\}([A-Za-z0-9+/]{28,120}={0,2})$/;
const SHA1_OCTETS = 20;

/** Whether a text is a password entry that verifyPassword can read. */
export function isPasswordHash(text: string): boolean {
  const ssha = SSHA.exec(text)?.[1];
  if (ssha !== undefined) return Buffer.from(ssha, 'base64').length > SHA1_OCTETS;
  const [, cost, block, parallel] = (SCRYPT.exec(text) ?? []).map(Number);
  if (cost === undefined || block === undefined || parallel === undefined) return false;
  // N is a power of two (RFC 7914 2); all together no more than eight times ours: what a request can wait for
  const work = cost * block * parallel;
  return cost >= 2 && Number.isInteger(Math.log2(cost)) && work > 0 && work <= 8 * COST * BLOCK * PARALLEL;
}

/** Whether a password is the one of an entry; takes constant time once the hash is made. {SSHA}: base64 of SHA-1 over password and salt, then the salt. */
export async function verifyPassword(password: string, entry: string): Promise<boolean> {
  const ssha = SSHA.exec(entry)?.[1];
  if (ssha !== undefined) {
    const octets = Buffer.from(ssha, 'base64');
    const digest = createHash('sha1').update(password, 'utf8').update(octets.subarray(SHA1_OCTETS)).digest();
    return timingSafeEqual(digest, octets.subarray(0, SHA1_OCTETS));
  }
  const [, cost, block, parallel, salt = '', key = ''] = SCRYPT.exec(entry) ?? [];
  if (cost === undefined) return false;
  const expected = Buffer.from(key, 'base64');
  const derived = await derive(
    password,
    Buffer.from(salt, 'base64'),
    Number(cost),
    Number(block),
    Number(parallel),
  );
  return timingSafeEqual(derived, expected);
}

/** Makes a password entry: `{scrypt}N$r$p$salt$key`, base64 (RFC 7914). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST, BLOCK, PARALLEL);
  return `{scrypt}${COST}$${BLOCK}$${PARALLEL}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** Makes a password entry as the original does: `{SSHA}`, base64 of SHA-1 over password and salt, then the salt. Weak: for tables that it shares. */
export function hashPasswordSsha(password: string): string {
  const salt = randomBytes(8);
  const digest = createHash('sha1').update(password, 'utf8').update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
}

function derive(
  password: string,
  salt: Buffer,
  cost: number,
  block: number,
  parallel: number,
): Promise<Buffer> {
  const memory = 256 * cost * block * parallel;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, { N: cost, r: block, p: parallel, maxmem: memory }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
