/** A credential that was sealed under another master key. */
import assert from "node:assert/strict";
import { isObject } from "../../../src/core/json.ts";
import type { Gateway } from "../gateway.ts";
import { sealedModels } from "../harness.ts";
import type { ContractName } from "../rows.ts";
import type { Scenario } from "../scenario.ts";

/** The control is asked after the operator has stored the credential again. */
export function credentialUnreadable(
  contract: Exclude<ContractName, "newapi">,
  code: string,
): Scenario {
  const model = sealedModels[contract];
  return {
    contract,
    code,
    title: "the channel's credential no longer decrypts: PARLEY_SECRET has changed",
    async provoke(world) {
      const gateway = await world.resealed();
      return gateway.ask(contract, model);
    },
    async control(world) {
      const gateway = await world.resealed();
      const id = await channelId(gateway, model);
      const stored = await gateway.admin("PUT", `/channels/${id}/credentials`, {
        secret: "sk-stored-again",
      });
      assert.equal(stored.status, 200, stored.text);
      return gateway.ask(contract, model);
    },
  };
}

async function channelId(gateway: Gateway, name: string): Promise<string> {
  const { body } = await gateway.admin("GET", "/channels?limit=1000");
  const channels = isObject(body) && Array.isArray(body.data) ? body.data : [];
  const channel = channels.find((entry) => isObject(entry) && entry.name === name);
  assert.ok(isObject(channel), `there is no channel ${name}`);
  return String(channel.id);
}
