import { FAULTS } from './peer.ts';
import { suffer } from './subject.ts';
import { subjects } from './subjects.ts';

/**
 * `npm run faults`: every mailer under every fault, each mail sent once to a server on loopback. A cell is the outcome, and how many mails
 * the server took. Exit status 1 where a cell shows two, `accepted` without one, or an outcome that says "send again" beside one.
 */
async function printFaults(): Promise<number> {
  const rows: string[][] = [['', ...subjects.map(({ name }) => name)]];
  let wrong = 0;
  for (const fault of FAULTS) {
    const cells = await Promise.all(
      subjects.map(async (subject) => {
        if (subject.without.includes(fault)) return '-';
        const { reply, accepted } = await suffer(subject, fault);
        const { outcome } = reply;
        const honest =
          outcome === 'accepted' ? accepted === 1 : outcome === 'unknown' ? accepted < 2 : accepted === 0;
        if (!honest) wrong += 1;
        return `${outcome} ${accepted}${honest ? '' : ' (!)'}`;
      }),
    );
    rows.push([fault, ...cells]);
  }
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  console.log(
    wrong === 0 ? 'Nothing was sent twice, nothing called accepted was lost.' : `${wrong} wrong cells`,
  );
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await printFaults();
