/**
 * A stream in the form that Google gives without `alt=sse`: one JSON array, an element an event.
 * https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
import type { StreamWriter } from "../dialect.ts";

const PREFIX = "data: ";

/** The writer's events as elements of an array, each as soon as it is there. */
export function asJsonArray(writer: StreamWriter): StreamWriter {
  let begun = false;
  const element = (event: string): string => {
    if (event === "") return "";
    const before = begun ? ",\n" : "[";
    begun = true;
    return before + event.slice(PREFIX.length).trimEnd();
  };
  return {
    write: (event) => element(writer.write(event)),
    end: () => `${element(writer.end())}]\n`,
    fail: (error) => `${element(writer.fail(error))}]\n`,
  };
}
