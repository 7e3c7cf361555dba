import { expect, test } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { relays } from '../../functions/relay/index.ts';
import { memorySource } from '../../functions/store/memory.ts';
import { BASE, MAIL, world } from '../unit/app/world.ts';
import { startApiPeer } from './api-peer.ts';
import { apiCases } from './cases/index.ts';
import { routeOf } from './routes.ts';

const known = knownFrom(relays, [], { deployed: false, machine: 'localhost' });
const withCredential = apiCases.flatMap((each) =>
  each.credential ? [[each.relay.name, each, each.credential] as const] : [],
);

test.each(withCredential)(
  '%s is tried once more with the credential that replaced a refused one',
  async (_name, mailer, old) => {
    const peer = await startApiPeer(mailer.words);
    const { options = {}, ...route } = routeOf(mailer, peer.port, { timeout: 5 });
    const documents = (password: string) => ({
      ...BASE,
      mailertable: { default: { ...route, ...options } },
      authinfo: { neko: { ...(old.username && { username: old.username }), password } },
    });
    const source = memorySource(documents('expired'), known);
    const { post } = world({}, { source });

    // refused for good: tried once with each version that there is, and not again
    peer.behave('credential refused');
    const refused = await post(MAIL);
    expect(refused.json['smtp.response']).toMatchObject({ code: '535', dsn: '5.7.8', outcome: 'deferred' });
    expect(refused.status).toBe(503);
    expect(peer.seen).toHaveLength(1);

    // rotated in the moment in which the old one is refused
    peer.say((request) => {
      if (mailer.carries(request, old.password)) return mailer.words.success;
      source.replace(documents(old.password));
      return mailer.words.credentialRefused;
    });
    const accepted = await post(MAIL);
    expect(accepted.json['smtp.response']).toMatchObject({ outcome: 'accepted', mailer: mailer.relay.name });
    expect(peer.seen).toHaveLength(3);
    await peer.close();
  },
);
