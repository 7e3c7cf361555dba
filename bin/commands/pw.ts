import { Argument, Option } from 'commander';
import { dump } from 'js-yaml';
import { isUserName } from '../../functions/tables/password.ts';
import { hashPassword, hashPasswordSsha } from '../../functions/tables/password-hash.ts';
import { defineCommand, wrongUsage } from '../command.ts';
import { askNewSecret } from '../terminal/ask.ts';

/** `haineko pw`: an entry of the table `password`. */
export const pw = defineCommand<{ readonly ssha?: true }>({
  name: 'pw',
  summary: 'make an entry of the table `password`',
  description:
    "Makes an entry of the table `password` and prints it: append it to the file, or give it to `haineko push`. The password is asked for without showing it, or read from stdin. To change a deployed user's password at once: `haineko rotate`.",
  arguments: [new Argument('<user>', 'the name that clients give')],
  options: [new Option('--ssha', '{SSHA}, as the original Haineko makes it: SHA-1, weak; default: {scrypt}')],
  examples: [
    ['haineko pw kijitora', 'asks twice, prints one line'],
    ['haineko pw kijitora >> config/local/password', 'adds the user to the local relay'],
    ['openssl rand -base64 24 | tee secret.txt | haineko pw kijitora', 'a password made by a machine'],
  ],
  async run([user = ''], { ssha }, world) {
    if (!isUserName(user))
      throw wrongUsage('<user>', 'a user name of 1 to 128 characters without a colon', user);
    const password = await askNewSecret(`Password of ${user}`, world);
    const hash = ssha ? hashPasswordSsha(password) : await hashPassword(password);
    return { text: dump({ [user]: hash }, { lineWidth: -1 }).trimEnd(), json: { user, password: hash } };
  },
});
