/**
 * Errors about the client's request, whose words therefore reach the client, that also say something of
 * the gateway's account: the request's fault is to be told, the account not.
 */
import { json } from "../reply.ts";
import type { Wire } from "../wires/wire.ts";
import { both, type Fault, told } from "./fault.ts";
import { secrets } from "./secrets.ts";

const resource = "truth-res-7.openai.azure.com";
const role = "arn:aws:iam::552187340912:user/truth-bedrock";

type Row = [name: string, what: string, message: string, unsaid?: string[]];

const rows: Row[] = [
  ["key", "the credential", `Bad request for key ${secrets.key}.`],
  [
    "url-key",
    "the credential in a URL",
    `Bad request: POST https://api.vendor.example/v1/x?key=${secrets.key}&alt=sse`,
  ],
  [
    "organisation",
    "the organisation",
    `Messages must alternate. (organization ${secrets.organisation})`,
  ],
  ["project", "the project", `Messages must alternate. (project: ${secrets.project})`],
  ["email", "an address for mail", `Messages must alternate. Ask ${secrets.email} for help.`],
  ["host", "an internal host", `Messages must alternate. [${secrets.host}:8443]`],
  ["address", "an internal address", `Messages must alternate. (backend ${secrets.address}:8000)`],
  [
    "service",
    "a cluster's service",
    "Messages must alternate. (vllm-7b.prod.svc.cluster.local)",
    ["vllm-7b.prod.svc.cluster.local"],
  ],
  [
    "deployment-url",
    "a deployment's URL",
    `Bad request: https://${resource}/openai/deployments/${secrets.deployment}/chat/completions`,
    [resource],
  ],
  ["deployment", "a deployment", `Messages must alternate in deployment '${secrets.deployment}'.`],
  ["account", "the account", `Messages must alternate. (account ${secrets.account})`],
  [
    "role",
    "a cloud account's user",
    `Messages must alternate. User: ${role}`,
    [role, "552187340912"],
  ],
  [
    "path",
    "a path of the server",
    "Messages must alternate. (/srv/truth/releases/41/engine.py, line 7)",
    ["/srv/truth"],
  ],
];

export function leaks(wire: Wire): Fault[] {
  return rows.map(([name, what, message, unsaid = []]) => ({
    ...both(
      `leak-${name}`,
      `400 about the request that names ${what}`,
      json(400, wire.errorSaying(message)),
      told("upstream.request_rejected"),
    ),
    unsaid,
  }));
}
