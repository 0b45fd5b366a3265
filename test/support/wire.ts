import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP wire on 127.0.0.1 to a server. Every byte is counted, and at any of them it can be cut. */
export interface Wire {
  readonly port: number;
  /** Bytes so far, both ways, of all connections together. */
  passed(): number;
  /** Breaks every connection after so many more bytes. */
  cutAfter(bytes: number, cut: Cut): void;
  /** Whether the cut has come. */
  isCut(): boolean;
  /** No cut comes any more, and new connections hold. */
  mend(): void;
  stop(): Promise<void>;
}

export interface Cut {
  /** `reset` is a broken cable or a firewall, `close` a server that ends politely. */
  readonly by: 'reset' | 'close';
  /** Whether connections that come afterwards break as well, until it is mended. */
  readonly lasting: boolean;
}

export async function startWire(target: { readonly port: number; readonly host?: string }): Promise<Wire> {
  const ends = new Set<Socket>();
  let passed = 0;
  let planned: { at: number; cut: Cut } | undefined;
  let cut = false;

  const server = createServer((near) => {
    if (cut && planned?.cut.lasting) return void near.on('error', () => {}).resetAndDestroy();
    const far = connect({ host: target.host ?? '127.0.0.1', port: target.port });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        ends.delete(from);
        to.destroy();
      });
      from.on('end', () => to.end());
      from.on('data', (chunk: Buffer) => carry(chunk, from, to));
    }
  });

  function carry(chunk: Buffer, from: Socket, to: Socket): void {
    if (planned && !cut && passed + chunk.length > planned.at) {
      to.write(chunk.subarray(0, Math.max(0, planned.at - passed)));
      passed = planned.at;
      cut = true;
      for (const end of ends) planned.cut.by === 'reset' ? end.resetAndDestroy() : end.destroySoon();
      return;
    }
    passed += chunk.length;
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passed: () => passed,
    cutAfter(bytes, how) {
      planned = { at: passed + bytes, cut: how };
      cut = false;
    },
    isCut: () => cut,
    mend() {
      planned = undefined;
      cut = false;
    },
    async stop() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
