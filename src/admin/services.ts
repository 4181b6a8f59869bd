import type { FastifyRequest } from "fastify";
import type { Actor } from "../accounts/actor.ts";
import type { AuditLog, UsageStore } from "../storage/ports.ts";
import type { ChannelService } from "./channel-service.ts";
import type { KeyService } from "./key-service.ts";

/** What the management API works with: put together by compose.ts. */
export interface AdminServices {
  keys: KeyService;
  channels: ChannelService;
  usage: Pick<UsageStore, "get" | "list" | "flush">;
  audit: AuditLog;
  /** Who calls. Whoever may not use the management API at all has been refused before. */
  actorOf(request: FastifyRequest): Actor;
}
