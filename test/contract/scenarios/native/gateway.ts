/** What the gateway itself is short of. */
import assert from "node:assert/strict";
import { fillDisk, freeDisk, lackingForFullDisk } from "../../disk.ts";
import { fresh } from "../../gateway.ts";
import type { Scenario } from "../../scenario.ts";
import { credentialUnreadable } from "../sealed.ts";

export const gateway: readonly Scenario[] = [
  {
    contract: "native",
    code: "service_unavailable",
    title: "a second request, where limits.in_flight is 1",
    async provoke(world) {
      const busy = await world.busy();
      const script = fresh("hold");
      const { model } = await busy.makeChannel(script);
      const first = busy.ask("native", model);
      await world.upstream.arrived(script);
      const second = await busy.ask("native", model);
      world.upstream.release(script);
      assert.equal((await first).status, 200, "the first request is served all the same");
      return second;
    },
    async control(world) {
      const busy = await world.busy();
      return busy.chat("native");
    },
  },
  credentialUnreadable("native", "internal_error"),
  {
    contract: "native",
    code: "internal_error",
    title: "a management write that the disk refuses",
    needs: async () => lackingForFullDisk(),
    async provoke(world) {
      const gateway = await world.full();
      fillDisk(gateway.pid);
      const answer = await gateway.admin("POST", "/keys", { name: "one more" });
      freeDisk(gateway.pid);
      return answer;
    },
    async control(world) {
      const gateway = await world.full();
      return gateway.admin("POST", "/keys", { name: "one more" });
    },
  },
];
