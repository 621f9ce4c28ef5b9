// The certified OpenID provider that the tests sign in at: oidc-provider, which nobody
// here wrote, with what docs/operating.md asks of a vendor's.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";

import Provider from "oidc-provider";

/** How long access tokens are good, in seconds: short, so that tests see them renewed. */
const tokenLife = 60;

/** Starts a provider whose access tokens are for the gateway; `customers` maps who signs in to their customer. */
export async function startProvider({ gateway, customers }) {
  const server = http.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...key, use: "sig", alg: "ES256", kid: "one" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    clients: [
      {
        client_id: "billfold",
        application_type: "native",
        token_endpoint_auth_method: "none",
        id_token_signed_response_alg: "ES256",
        redirect_uris: ["http://127.0.0.1/callback"],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: tokenLife },
    features: {
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => gateway,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "billing",
          audience: gateway,
          accessTokenTTL: tokenLife,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of the test`, email: `${id}@example.com` }),
    }),
    extraTokenClaims: (_, token) => ({ customer: customers[token.accountId] }),
  });
  const refreshes = [];
  provider.on("grant.success", ({ oidc }) => refreshes.push(oidc.params.grant_type));
  const faults = [];
  provider.on("server_error", (_, error) => faults.push(error));
  server.on("request", provider.callback());
  return {
    issuer,
    grants: refreshes,
    faults,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
