// An identity provider with a login page of its own: oidc-provider, which is certified, in its
// development mode. Whoever types an address there is that person, whatever the password.
// The browser tests start it, and so does `./x run --sso`: node identity-provider.mjs <port>
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

/**
 * Starts a provider; with the path of a tenant it is one of several behind one address, as at Entra.
 *
 * @param {{ port?: number, tenant?: string, clients?: import('oidc-provider').ClientMetadata[] }} [wanted]
 * @returns {Promise<{ issuer: string, stop(): Promise<void>, setBroken(broken: boolean): void }>}
 */
export async function startIdentityProvider({ port = 0, tenant = '', clients = [] } = {}) {
  // The address is known only once the port is.
  const server = createServer((request, response) => answer(request, response));
  await new Promise((listening) => server.listen(port, '127.0.0.1', () => listening(undefined)));
  const taken = /** @type {import('node:net').AddressInfo} */ (server.address());
  const path = tenant ? `/${tenant}/v2.0` : '';
  const issuer = `http://127.0.0.1:${taken.port}${path}`;
  const provider = new Provider(issuer, {
    clients,
    // Each test registers a client of its own.
    features: { registration: { enabled: true }, devInteractions: { enabled: true } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 600, IdToken: 600 },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified'), name: nameOf(id) }),
    }),
  });
  const handle = provider.callback();
  let broken = false;
  /** @type {import('node:http').RequestListener} */
  const answer = (request, response) => {
    if (broken) {
      response.writeHead(503).end('down');
      return;
    }
    if (path && request.url?.startsWith(path)) {
      // What mounts it strips the path, and says so.
      Object.assign(request, { originalUrl: request.url, url: request.url.slice(path.length) || '/' });
    }
    handle(request, response);
  };
  return {
    issuer,
    setBroken: (wanted) => (broken = wanted),
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}

/** `ada.lovelace@…` is called Ada Lovelace. @param {string} address */
function nameOf(address) {
  const [local = ''] = address.split('@');
  const words = local.split(/[._-]/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

const [, script, port] = process.argv;
if (script === import.meta.filename && port) {
  const { DEMO_CLIENT_ID: client_id, DEMO_CLIENT_SECRET: client_secret, DEMO_REDIRECT_URI: redirect } = process.env;
  const clients = client_id && redirect ? [{ client_id, client_secret, redirect_uris: [redirect] }] : [];
  const { issuer } = await startIdentityProvider({ port: Number(port), clients });
  console.log(`an identity provider at ${issuer}`);
}
