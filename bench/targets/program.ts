import { fileURLToPath } from "node:url";
import { bearer, CREDENTIAL, NODE, type Target } from "./target.ts";

/** A target that is one of the programs in bench/proxies. */
export function program(name: string, title: string, file: string): Target {
  const path = fileURLToPath(new URL(`../proxies/${file}`, import.meta.url));
  return {
    name,
    title,
    required: true,
    prepare: async () => {},
    launch: ({ port, upstreamPort, folder }) => ({
      command: {
        file: NODE,
        args: [path],
        cwd: folder,
        env: { PORT: String(port), UPSTREAM_PORT: String(upstreamPort) },
      },
      port,
      path: "/v1/chat/completions",
      model: "gpt-4o-mini",
      headers: () => bearer(CREDENTIAL),
    }),
  };
}
