/** Every scenario. A new file is one line here. */
import type { Scenario } from "../scenario.ts";
import { house } from "./concurred/house.ts";
import { toolCodes } from "./concurred/tools.ts";
import { endpoints } from "./endpoints.ts";
import { access } from "./native/access.ts";
import { capabilities } from "./native/capabilities.ts";
import { disconnected } from "./native/disconnected.ts";
import { gateway } from "./native/gateway.ts";
import { requests } from "./native/requests.ts";
import { resources } from "./native/resources.ts";
import { responses } from "./native/responses.ts";
import { upstream } from "./native/upstream.ts";
import { answer } from "./newapi/answer.ts";
import { channel } from "./newapi/channel.ts";
import { request } from "./newapi/request.ts";
import { stored } from "./newapi/stored.ts";

export const scenarios: readonly Scenario[] = [
  ...access,
  ...endpoints,
  ...requests,
  ...capabilities,
  ...upstream,
  ...disconnected,
  ...gateway,
  ...resources,
  ...responses,
  ...house,
  ...toolCodes,
  ...request,
  ...channel,
  ...stored,
  ...answer,
];
