import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bearer, CREDENTIAL, NODE, type Target, Unavailable } from "./target.ts";

const BENCH = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = join(BENCH, "node_modules/@portkey-ai/gateway/build/start-server.js");

/** Portkey's gateway, the peer written for Node, installed in this folder alone at its first use. */
export const portkey: Target = {
  name: "portkey",
  title: "Portkey's gateway",
  required: false,
  prepare: async () => {
    if (existsSync(PROGRAM)) return;
    process.stderr.write("installing Portkey's gateway in bench/ …\n");
    const install = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: BENCH,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (install.status === 0 && existsSync(PROGRAM)) return;
    const reason = (install.stderr ?? "").split("\n").find((line) => line.includes("npm error"));
    throw new Unavailable(`could not be installed: ${reason ?? "npm ci failed"}`);
  },
  launch: ({ port, upstreamPort, folder }) => ({
    command: {
      file: NODE,
      args: [PROGRAM, `--port=${port}`, "--headless"],
      cwd: folder,
      env: { NODE_ENV: "production" },
    },
    port,
    path: "/v1/chat/completions",
    model: "gpt-4o-mini",
    headers: () => ({
      ...bearer(CREDENTIAL),
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
    }),
  }),
};
