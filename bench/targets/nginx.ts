import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bearer, CREDENTIAL, type Place, type Target, Unavailable } from "./target.ts";

const PLACES = [
  "/usr/sbin/nginx",
  "/usr/local/sbin/nginx",
  "/usr/local/bin/nginx",
  "/usr/bin/nginx",
];

function find(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}

/** One worker, connections kept alive on both sides, nothing buffered, nothing logged. */
function configuration({ port, upstreamPort, folder }: Place): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${join(folder, name)};`)
    .join("\n");
  return `
daemon off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
${temporary}
  tcp_nodelay on;
  keepalive_requests 1000000000;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 20m;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}

/** A proxy written in C: how far from the bottom everything on Node is. */
export const nginx: Target = {
  name: "nginx",
  title: "nginx, plain proxy",
  required: false,
  prepare: async () => {
    if (find() === undefined) throw new Unavailable("nginx is not installed (apt: nginx-light)");
  },
  launch: (place) => {
    const file = join(place.folder, "nginx.conf");
    mkdirSync(join(place.folder, "logs"), { recursive: true });
    writeFileSync(file, configuration(place));
    return {
      command: {
        file: find() ?? "nginx",
        args: ["-p", place.folder, "-c", file, "-e", "stderr"],
        cwd: place.folder,
        env: {},
      },
      port: place.port,
      path: "/v1/chat/completions",
      model: "gpt-4o-mini",
      headers: () => bearer(CREDENTIAL),
    };
  },
};
