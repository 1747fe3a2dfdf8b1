// A name server with the TXT records that tests put there.
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

import { AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';

const NO_SUCH_NAME = 3;

/** Starts it; `records` are looked at for each question. */
export async function startDnsServer(
  records: Map<string, string>,
): Promise<{ address: string; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const name = questions[0]?.name.toLowerCase() ?? '';
    const text = records.get(name);
    const answers = text ? [{ type: 'TXT' as const, name, ttl: 1, data: text }] : [];
    const flags = AUTHORITATIVE_ANSWER | (text ? 0 : NO_SUCH_NAME);
    socket.send(encode({ type: 'response', id, flags, questions, answers }), from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  const { port } = socket.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, stop: () => new Promise((closed) => socket.close(() => closed())) };
}
