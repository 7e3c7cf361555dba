import { expect } from 'vitest';

/** One value list as CloudWatch would file it. */
export type Published = {
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
};

type Document = Readonly<Record<string, unknown>> & {
  readonly _aws?: { readonly Timestamp?: unknown; readonly CloudWatchMetrics?: readonly Directive[] };
};
type Directive = {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
};

/** An event of CloudWatch Logs had this much room before it had 1 MB. */
const MOST_OCTETS = 262_144;

/**
 * Reads a line as CloudWatch does, and holds it to every rule of the "Embedded metric format specification" (AWS):
 * members of the root, sizes, and the units that MetricDatum knows.
 */
export function readMetrics(line: string): Published[] {
  expect(Buffer.byteLength(line)).toBeLessThan(MOST_OCTETS);
  const root = JSON.parse(line) as Document;
  const { Timestamp, CloudWatchMetrics = [] } = root._aws ?? {};
  expect(Timestamp).toSatisfy(Number.isSafeInteger);
  expect(CloudWatchMetrics.length).toBeGreaterThan(0);
  return CloudWatchMetrics.flatMap((directive) => {
    expect(Object.keys(directive).sort()).toEqual(['Dimensions', 'Metrics', 'Namespace']);
    const { Namespace, Dimensions, Metrics } = directive;
    expect(Namespace).toMatch(/^[^:\s][\w./#:-]{0,254}$/);
    expect(Dimensions.length).toBeGreaterThan(0);
    expect(Metrics.length).toBeGreaterThan(0);
    expect(Metrics.length).toBeLessThanOrEqual(100);
    return Dimensions.flatMap((set) => {
      expect(set.length).toBeLessThanOrEqual(30);
      expect(new Set(set).size).toBe(set.length);
      const dimensions = Object.fromEntries(set.map((key) => [key, dimension(root, key)]));
      return Metrics.map(({ Name, Unit }) => {
        expect(Name).toMatch(/^.{1,255}$/);
        expect(['Count', 'Seconds', 'Milliseconds']).toContain(Unit);
        return { name: Name, unit: Unit, dimensions, values: target(root, Name) };
      });
    });
  });
}

/** API_Dimension: ASCII, no control characters, something else than blanks, at most 1024. */
function dimension(root: Document, key: string): string {
  expect(Object.keys(root)).toContain(key);
  expect(root[key]).toMatch(/^(?=.*\S)[\x20-\x7e]{1,1024}$/);
  return String(root[key]);
}

function target(root: Document, name: string): number[] {
  expect(Object.keys(root)).toContain(name);
  const values = [root[name]].flat();
  expect(values.length).toBeGreaterThan(0);
  expect(values.length).toBeLessThanOrEqual(100);
  for (const value of values) expect(value).toSatisfy(Number.isFinite);
  return values as number[];
}
