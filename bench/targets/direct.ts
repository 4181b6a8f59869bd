import { bearer, CREDENTIAL, type Target } from "./target.ts";

/** The mock upstream asked directly: what the others' latency is compared with. */
export const direct: Target = {
  name: "direct",
  title: "mock, directly",
  required: true,
  prepare: async () => {},
  launch: ({ upstreamPort }) => ({
    port: upstreamPort,
    path: "/v1/chat/completions",
    model: "gpt-4o-mini",
    headers: () => bearer(CREDENTIAL),
  }),
};
