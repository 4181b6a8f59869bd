/** undici's pool by itself: the whole package also brings fetch, caches, mocks and WebSockets, 6 MB and 60 ms at every start. */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export = Pool;
}
