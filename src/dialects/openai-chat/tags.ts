/** Text in which a vendor wraps its reasoning in tags (`<think>…</think>`), taken apart as it arrives. */
export interface TaggedText {
  reasoning: boolean;
  text: string;
}

export class TagSplitter {
  readonly #open: string;
  readonly #close: string;
  #inside = false;
  /** What may be the beginning of a tag. */
  #held = "";

  constructor(tags: { open: string; close: string }) {
    this.#open = tags.open;
    this.#close = tags.close;
  }

  push(piece: string): TaggedText[] {
    const pieces: TaggedText[] = [];
    let text = this.#held + piece;
    this.#held = "";
    for (;;) {
      const tag = this.#inside ? this.#close : this.#open;
      const at = text.indexOf(tag);
      if (at === -1) {
        const keep = overlap(text, tag);
        this.#held = text.slice(text.length - keep);
        add(pieces, this.#inside, text.slice(0, text.length - keep));
        return pieces;
      }
      add(pieces, this.#inside, text.slice(0, at));
      text = text.slice(at + tag.length);
      this.#inside = !this.#inside;
    }
  }

  /** What was held back and turned out to be no tag. */
  end(): TaggedText[] {
    const pieces: TaggedText[] = [];
    add(pieces, this.#inside, this.#held);
    this.#held = "";
    return pieces;
  }
}

function add(pieces: TaggedText[], reasoning: boolean, text: string): void {
  if (text !== "") pieces.push({ reasoning, text });
}

/** How many characters at the end of `text` begin `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
