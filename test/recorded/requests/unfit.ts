/** A recorded request that chat's format has no words for. */
export class Unfit extends Error {
  override readonly name = "Unfit";
}

/** Throws where the object has a field that the converter does not translate. */
export function only(object: object, known: readonly string[], what: string): void {
  for (const [name, value] of Object.entries(object))
    if (!known.includes(name) && value !== null && value !== undefined)
      throw new Unfit(`${what} has ${name}, for which chat has no word`);
}
