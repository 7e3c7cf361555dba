import { expect, it } from 'vitest';
import { synthesized, temporaryFolder } from './synthesized.ts';

it('the template of a stage as it comes is the one that was looked at', () => {
  const { template } = synthesized(temporaryFolder(), { config: 'config/production' });
  const { Resources, Outputs } = template.toJSON() as {
    Resources: Record<string, { Properties: object }>;
    Outputs: object;
  };
  for (const [id, { Properties }] of Object.entries(Resources)) {
    // the code's hash: any change of functions/ would change the snapshot too
    if ('Code' in Properties)
      Resources[id] = { ...Resources[id], Properties: { ...Properties, Code: '(the code)' } };
  }
  expect({ Resources, Outputs }).toMatchSnapshot();
});
