import { program } from "./program.ts";

/** A proxy of `node:http` and nothing else: the floor for a stream that runs on Node. */
export const node = program("node", "bare Node", "node.ts");
