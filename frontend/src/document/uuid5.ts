/** Ids that follow from a name (UUIDv5), as the server makes them. */

export const uuid5 = (namespace: string, name: string): string => {
  const space = Uint8Array.from(namespace.replaceAll("-", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const digest = sha1([...space, ...new TextEncoder().encode(name)]).slice(0, 16);
  digest[6] = ((digest[6] as number) & 0x0f) | 0x50;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  const hex = digest.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

/** FIPS 180-4; the browser's own gives its answer later only, and an item on the page needs its id at once. */
function sha1(message: readonly number[]): number[] {
  const bits = message.length * 8;
  const padded = [...message, 0x80];
  while (padded.length % 64 !== 56) padded.push(0);
  for (let shift = 56; shift >= 0; shift -= 8) padded.push(Math.floor(bits / 2 ** shift) & 0xff);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < padded.length; at += 64) block(state, padded.slice(at, at + 64));
  return state.flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
}

function block(state: number[], bytes: readonly number[]): void {
  const words = Array.from({ length: 16 }, (_, n) =>
    [0, 1, 2, 3].reduce((word, k) => (word << 8) | (bytes[n * 4 + k] as number), 0),
  );
  for (let n = 16; n < 80; n += 1)
    words.push(
      turned(
        (words[n - 3] as number) ^ (words[n - 8] as number) ^ (words[n - 14] as number) ^ (words[n - 16] as number),
        1,
      ),
    );
  let [a, b, c, d, e] = state as [number, number, number, number, number];
  for (const [n, word] of words.entries()) {
    const [mixed, key] = round(Math.floor(n / 20), b, c, d);
    const next = (turned(a, 5) + mixed + e + key + word) | 0;
    [e, d, c, b, a] = [d, c, turned(b, 30), a, next];
  }
  for (const [k, value] of [a, b, c, d, e].entries()) state[k] = ((state[k] as number) + value) | 0;
}

const round = (part: number, b: number, c: number, d: number): readonly [number, number] => {
  if (part === 0) return [(b & c) | (~b & d), 0x5a827999];
  if (part === 1) return [b ^ c ^ d, 0x6ed9eba1];
  return part === 2 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
};

const turned = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
