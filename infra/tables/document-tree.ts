import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';

/** A value of a document: where it begins (an offset into the text; undefined where nothing stands), and what is in it. */
export type Tree = { readonly at: number | undefined; readonly branches: readonly Branch[] };

/** A key of a mapping, or a place in a list (`[2]`): its name in a path, where it begins, and its value. */
export type Branch = { readonly name: string; readonly at: number | undefined; readonly tree: Tree };

const NOTHING: Tree = { at: undefined, branches: [] };

/** The tree of a text's first document, YAML or JSON; without branches where it has no content. Throws a YAMLException. */
export function documentTree(text: string): Tree {
  const events = parseEvents(text, {});
  const anchors = new Map<string, Tree>();
  // the first event opens the document
  let next = 1;

  const read = (event: Event): Tree => {
    switch (event.type) {
      case EVENT_ID.ALIAS:
        return { ...(anchors.get(nameOf(event)) ?? NOTHING), at: event.anchorStart };
      case EVENT_ID.SCALAR:
        return keep(event, { at: startOf(event), branches: [] });
      case EVENT_ID.MAPPING:
        return readInto(event, (branches) => {
          const key = peek();
          const { at } = read(take());
          branches.push({ name: keyOf(key), at, tree: read(take()) });
        });
      case EVENT_ID.SEQUENCE:
        return readInto(event, (branches) => {
          const tree = read(take());
          branches.push({ name: `[${branches.length}]`, at: tree.at, tree });
        });
      default:
        return NOTHING;
    }
  };
  const readInto = (event: MappingEvent | SequenceEvent, readOne: (branches: Branch[]) => void): Tree => {
    const branches: Branch[] = [];
    // kept before it is read: an alias within it may lead back
    const tree = keep(event, { at: startOf(event), branches });
    while (peek().type !== EVENT_ID.POP) readOne(branches);
    next++;
    return tree;
  };
  const peek = (): Event => events[next] ?? { type: EVENT_ID.POP };
  const take = (): Event => {
    const event = peek();
    next++;
    return event;
  };
  const keep = (event: MappingEvent | SequenceEvent | ScalarEvent, tree: Tree): Tree => {
    if (event.anchorStart >= 0) anchors.set(nameOf(event), tree);
    return tree;
  };
  const nameOf = (event: { readonly anchorStart: number; readonly anchorEnd: number }): string =>
    text.slice(event.anchorStart, event.anchorEnd);
  /** A key as the document's reader makes a name of it: 0x19 is 25. */
  const keyOf = (event: Event): string => {
    if (event.type !== EVENT_ID.SCALAR) return '';
    if (event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) return getScalarValue(text, event);
    const document: Event = {
      type: EVENT_ID.DOCUMENT,
      explicitStart: false,
      explicitEnd: false,
      directives: [],
    };
    const [value] = constructFromEvents([document, event, { type: EVENT_ID.POP }], {
      source: text,
      schema: CORE_SCHEMA,
    });
    return String(value);
  };

  return events.length === 0 ? NOTHING : read(take());
}

function startOf(event: MappingEvent | SequenceEvent | ScalarEvent): number | undefined {
  const first = event.type === EVENT_ID.SCALAR ? event.valueStart : event.start;
  const starts = [event.anchorStart, event.tagStart, first].filter((each) => each >= 0);
  return starts.length === 0 ? undefined : Math.min(...starts);
}
