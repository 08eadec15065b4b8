// A conforming OpenID provider (oidc-provider, certified by the OpenID Foundation). Its form lets in whoever gives a name.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { client, acr } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg: 'RS256' };

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    acrValues: acr,
    claims: { openid: ['sub'], acr: null, auth_time: null },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/form/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Nobody is asked for consent: the office's own system.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: client.client_id, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/form/')) return handle(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      return response.end('<form method="post"><label>Name <input name="name"></label> <input name="acr"> <button>In</button></form>');
    }
    let body = '';
    for await (const piece of request) body += piece;
    const said = new URLSearchParams(body);
    const login = { accountId: said.get('name'), ...(said.get('acr') ? { acr: said.get('acr') } : {}) };
    const result = said.get('name') ? { login } : { error: 'access_denied' };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  console.log(server.address().port);
});
