/** An import statement as esbuild writes it, minified: `import a,{b as c}from"x";`, or without names. */
const IMPORT =
  /(?<![.\w$])import\s*(?:([\w$]+)\s*,?\s*)?(?:\*as ([\w$]+)\s*|\{([^{}]*)\})?(?:from)?"([^"\n]+)";/g;

/** What an import statement says. */
export type Import = {
  readonly from: string;
  readonly standard: string | undefined;
  readonly namespace: string | undefined;
  /** Imported name and the local one. */
  readonly names: readonly (readonly [imported: string, local: string])[];
};

/** Replaces import statements of minified code; `undefined` leaves one as it is. */
export function replaceImports(code: string, replace: (each: Import) => string | undefined): string {
  return code.replace(
    IMPORT,
    (whole, standard?: string, namespace?: string, list?: string, from?: string) => {
      const names = (list ?? '')
        .split(',')
        .filter(Boolean)
        .map((name): [string, string] => {
          const [imported = '', local = imported] = name.split(' as ');
          return [imported, local];
        });
      return replace({ from: from ?? '', standard, namespace, names }) ?? whole;
    },
  );
}
