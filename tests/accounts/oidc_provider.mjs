// npm's oidc-provider with one client and one person, who is in the groups that are given. Prints its address.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [back, groups] = process.argv.slice(2);
const require = createRequire(process.env.OIDC_PROVIDER_MODULES + '/');
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const server = createServer().listen(0, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'scorecard', client_secret: 'a-secret-between-the-two', redirect_uris: [back] }],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    cookies: { keys: ['only for tests'] },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Ada', email: id, email_verified: true, groups: JSON.parse(groups) }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
