// What stands outside of Headcount for single sign-on: a name server and identity providers. Tests
// change them by a small server of our own, because they run in other processes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startDnsServer } from './dns-server.ts';
import { startIdentityProvider } from './identity-provider.mjs';

/** The tenant of a provider that has several behind one address. */
const TENANT = '11111111-2222-3333-4444-555555555555';

/** Starts them, and tells this process and those that it starts where they are. */
export async function startOutside(): Promise<{ stop(): Promise<void> }> {
  const records = new Map<string, string>();
  const dns = await startDnsServer(records);
  const [usual, fragile, tenant] = await Promise.all([
    startIdentityProvider(),
    startIdentityProvider(),
    startIdentityProvider({ tenant: TENANT }),
  ]);
  const control = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://127.0.0.1');
    const asked = (name: string) => searchParams.get(name) ?? '';
    if (pathname === '/record') records.set(asked('name'), asked('text'));
    if (pathname === '/broken' && asked('issuer') === fragile.issuer) fragile.setBroken(asked('broken') === 'true');
    response.end();
  });
  await new Promise<void>((listening) => control.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    CONTROL_URL: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    DNS_SERVER: dns.address,
    PRIVATE_PROVIDERS: 'true',
    ISSUER: usual.issuer,
    ISSUER_TO_BREAK: fragile.issuer,
    TENANT_ISSUER: tenant.issuer,
  });
  return {
    async stop() {
      control.closeAllConnections();
      control.close();
      await Promise.all([dns.stop(), usual.stop(), fragile.stop(), tenant.stop()]);
    },
  };
}
