import { describe, test } from 'vitest';
import { apiCases } from './api-cases.ts';
import { batches, tellsOfAll } from './case.ts';
import { dnsCases } from './dns-cases.ts';
import { sesCases } from './ses-cases.ts';
import { stageCases } from './stage-cases.ts';

describe('haineko doctor, of an ill stage', () => {
  // the records that the DNS shall have follow from what SES says: never both ill at once
  test.each([...batches([...stageCases, ...sesCases, ...apiCases]), ...batches(dnsCases)])(
    'tells of $title',
    tellsOfAll,
  );
});
