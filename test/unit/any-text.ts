import fc from 'fast-check';

// fast-check's own 'binary' unit takes a second to build its tables; what matters here is control, ASCII, and beyond
const UNIT = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x80, max: 0xffff }).map((code) => String.fromCharCode(code)),
);

/** Any text: control characters, ASCII, the rest of the plane, lone surrogates. */
export const anyText = (maxLength = 40) => fc.string({ unit: UNIT, maxLength });
