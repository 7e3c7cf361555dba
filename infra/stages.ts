import type { HainekoProps } from './haineko.ts';

/** What each stage of this repository has beyond the defaults: the keys of HainekoProps (haineko.ts), which says what each does. */
export const STAGES: Readonly<Record<string, Omit<HainekoProps, 'stage'>>> = {
  production: {
    // email: 'postmaster@example.com',
    // ses: { domain: 'example.com' },
  },
};
