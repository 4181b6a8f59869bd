import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Whether `address` is one of `list`: single addresses and CIDR ranges, IPv4 and IPv6 (also IPv4 written as IPv6). */
export function matchesAddress(list: readonly string[], address: string): boolean {
  return addressList(list).check(unmapped(address), isIPv6(unmapped(address)) ? "ipv6" : "ipv4");
}

const compiled = new WeakMap<readonly string[], BlockList>();

function addressList(list: readonly string[]): BlockList {
  let blocks = compiled.get(list);
  if (blocks === undefined) {
    blocks = new BlockList();
    for (const entry of list) {
      const [net = "", prefix] = entry.split("/");
      const family = isIPv4(net) ? "ipv4" : "ipv6";
      if (prefix === undefined) blocks.addAddress(net, family);
      else blocks.addSubnet(net, Number(prefix), family);
    }
    compiled.set(list, blocks);
  }
  return blocks;
}

/** `::ffff:10.0.0.1`, as dual-stack sockets report IPv4 peers, as `10.0.0.1`. */
function unmapped(address: string): string {
  return address.startsWith("::ffff:") && isIPv4(address.slice(7)) ? address.slice(7) : address;
}
