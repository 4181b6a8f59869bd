/** Small pieces that the property tests of this dialect are made of. */
import fc from "fast-check";
import type { Opaque } from "../../core/request.ts";

export const provider = "openrouter";

export const word = fc.string({
  unit: fc.constantFrom("a", "Z", "0", "_"),
  minLength: 1,
  maxLength: 6,
});
export const text = fc.string({ unit: "grapheme", maxLength: 12 });
export const someText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
/** A record whose absent fields are really absent. */
export function sparse<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record<T, never>(model, { requiredKeys: [] });
}

export const opaque = (kind: fc.Arbitrary<string>): fc.Arbitrary<Opaque> =>
  fc
    .tuple(
      fc.record({ value: word, kind }),
      sparse<{ id: string; format: string }>({
        id: word,
        format: fc.constantFrom("anthropic-claude-v1", "openai-responses-v1"),
      }),
    )
    .map(([own, more]) => ({ ...own, ...more, origin: { provider } }))
    .map((signature) => ("format" in signature ? signature : { ...signature, format: "unknown" }));
