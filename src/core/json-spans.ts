/** Where the fields of a JSON object stand in its bytes, so that one can be replaced without touching the rest. */
export interface Field {
  name: string;
  /** Offset of the name's opening quote. */
  start: number;
  valueStart: number;
  /** Offset after the value's last byte. */
  valueEnd: number;
}

export interface Spans {
  /** Top-level fields in order, repeated names included. Empty where the value is not an object. */
  fields: Field[];
  /** Deepest nesting of objects and arrays; 1 for a flat object. */
  depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Offset of the closing quote of the string that opens at `open`; the length of the bytes where it never closes. */
function closingQuote(bytes: Buffer, open: number): number {
  let at = bytes.indexOf(QUOTE, open + 1);
  while (at !== -1) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
    at = bytes.indexOf(QUOTE, at + 1);
  }
  return bytes.length;
}

function nameBetween(bytes: Buffer, open: number, close: number): string {
  const raw = bytes.toString("utf8", open + 1, close);
  // A name may be written with escapes: it must not pass for another name.
  return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
}

/**
 * One pass over the bytes of a JSON text, without building its values; strings are skipped at the speed of a byte search.
 * On bytes that are not JSON the result says nothing (depth excepted): parse as well.
 */
export function scanJson(bytes: Buffer): Spans {
  const fields: Field[] = [];
  let depth = 0;
  let deepest = 0;
  let topIsObject = false;
  let name: string | undefined;
  let nameStart = 0;
  let valueStart = -1;
  const length = bytes.length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i];
    switch (byte) {
      case QUOTE: {
        const close = closingQuote(bytes, i);
        if (depth === 1 && topIsObject) {
          if (name === undefined) {
            name = nameBetween(bytes, i, close);
            nameStart = i;
          } else if (valueStart === -1) valueStart = i;
        }
        i = close;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (depth === 0) topIsObject = byte === 0x7b;
        else if (depth === 1 && topIsObject && valueStart === -1) valueStart = i;
        depth++;
        if (depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
      case 0x2c: // ,
        if (depth === 1 && topIsObject && name !== undefined && valueStart !== -1) {
          fields.push({ name, start: nameStart, valueStart, valueEnd: endOfValue(bytes, i) });
          name = undefined;
          valueStart = -1;
        }
        if (byte !== 0x2c) depth--;
        break;
      case 0x3a: // :
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        break;
      default:
        if (depth === 1 && topIsObject && name !== undefined && valueStart === -1) valueStart = i;
    }
  }
  return { fields, depth: deepest };
}

function endOfValue(bytes: Buffer, before: number): number {
  let end = before;
  while (end > 0) {
    const byte = bytes[end - 1];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    end--;
  }
  return end;
}

/** What is to become of a top-level field: new JSON text for its value, or its removal. */
export type Edit = { value: string } | "remove";

/**
 * The bytes with some top-level fields replaced or removed, every other byte as it was. Each occurrence of a
 * repeated name is edited. A name that does not occur is added in front, unless it is to be removed.
 */
export function editJson(
  bytes: Buffer,
  fields: readonly Field[],
  edits: ReadonlyMap<string, Edit>,
): Buffer {
  const pieces: Buffer[] = [];
  const seen = new Set<string>();
  const kept: Field[] = [];
  let from = 0;
  let changed = false;
  for (const [index, field] of fields.entries()) {
    const edit = edits.get(field.name);
    if (edit === undefined) {
      kept.push(field);
      continue;
    }
    changed = true;
    seen.add(field.name);
    if (edit === "remove") {
      const previous = kept.at(-1);
      if (previous === undefined) {
        pieces.push(bytes.subarray(from, field.start));
        from = fields[index + 1]?.start ?? field.valueEnd;
      } else {
        // Together with the comma before it: what follows may be removed as well, or be the end.
        if (previous.valueEnd > from) pieces.push(bytes.subarray(from, previous.valueEnd));
        from = field.valueEnd;
      }
      continue;
    }
    kept.push(field);
    pieces.push(bytes.subarray(from, field.valueStart), Buffer.from(edit.value));
    from = field.valueEnd;
  }
  let added = "";
  for (const [name, edit] of edits) {
    if (edit === "remove" || seen.has(name)) continue;
    added += `${added === "" ? "" : ","}${JSON.stringify(name)}:${edit.value}`;
  }
  if (!changed && added === "") return bytes;
  pieces.push(bytes.subarray(from));
  const edited = Buffer.concat(pieces);
  if (added === "") return edited;
  const open = edited.indexOf(0x7b);
  const comma = kept.length > 0 ? "," : "";
  return Buffer.concat([
    edited.subarray(0, open + 1),
    Buffer.from(added + comma),
    edited.subarray(open + 1),
  ]);
}
