/** How options of the command line are read into a body of the management API. */
import { InvalidArgumentError } from "commander";

/** `a,b` and repeated options alike: the values one after another. */
export function listOption(text: string, before: string[] = []): string[] {
  const values = text.split(",").map((value) => value.trim());
  return [...before, ...values.filter((value) => value !== "")];
}

/** `name=value`, repeated. */
export function pairOption(
  text: string,
  before: Record<string, string> = {},
): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must have the form name=value.");
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

export function numberOption(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number))
    throw new InvalidArgumentError("It must be a number.");
  return number;
}
