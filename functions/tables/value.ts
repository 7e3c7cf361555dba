import * as v from 'valibot';

/** What a key holds, in words: it stands in errors ("expected ...") and in the printed reference. */
export function expectedOf(schema: v.GenericSchema): string {
  const expected = v.getMetadata(schema)['expected'];
  return typeof expected === 'string' ? expected : schema.expects;
}

/** A schema from a reader that gives undefined for what it cannot take; `expected` says in words what it can. */
export function value<T>(expected: string, read: (input: unknown) => T | undefined) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const output = read(dataset.value);
      if (output !== undefined) return output;
      addIssue({ message: expected });
      return NEVER;
    }),
    v.metadata({ expected }),
  );
}

/** A schema of a mapping's keys, as value() is of its values. */
export function name(expected: string, read: (input: string) => string | undefined) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
      const output = read(dataset.value);
      if (output !== undefined) return output;
      addIssue({ message: expected });
      return NEVER;
    }),
    v.metadata({ expected }),
  );
}

/** 1 or 0; true and false are taken too, as YAML writes them. */
export const flag = () =>
  value<0 | 1>('1 or 0', (input) => {
    if (input === 1 || input === true || input === '1') return 1;
    if (input === 0 || input === false || input === '0' || input === '') return 0;
    return undefined;
  });

/** A whole number from min to max; a quoted number is taken too. */
export const whole = (min: number, max: number, unit = '') =>
  value<number>(`a whole number${unit && ` of ${unit}`} from ${min} to ${max}`, (input) => {
    const number = typeof input === 'string' && /^\d{1,15}$/.test(input) ? Number(input) : input;
    return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  });

/** A number from min to max, fractions too. */
export const seconds = (min: number, max: number) =>
  value<number>(`seconds from ${min} to ${max}`, (input) => {
    const number = typeof input === 'string' && /^\d{1,9}(\.\d+)?$/.test(input) ? Number(input) : input;
    return typeof number === 'number' && number >= min && number <= max ? number : undefined;
  });

/** A string that is not empty and holds no control character. */
export const text = (expected = 'a text of one line') =>
  value<string>(expected, (input) =>
    typeof input === 'string' && input !== '' && !/[\x00-\x1f\x7f]/.test(input) ? input : undefined,
  );

/** One of the given words. */
export const word = <const T extends string>(...words: readonly T[]) =>
  value<T>(words.map((each) => `'${each}'`).join(' or '), (input) => words.find((each) => each === input));
