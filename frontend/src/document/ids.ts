/** UUIDv7: time in front, so that ids sort as they were made; a counter keeps that within one millisecond. */

let lastTime = 0;
let counter = 0;

export const newId = (now: number = Date.now()): string => {
  counter = now > lastTime ? randomStart() : counter + 1;
  lastTime = Math.max(now, lastTime) + (counter > 0xfff ? 1 : 0);
  counter &= 0xfff;
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x80;
  const tail = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = lastTime.toString(16).padStart(12, "0");
  const middle = (0x7000 | counter).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
};

/** Low, so that a busy millisecond has room to count up. */
const randomStart = (): number => (crypto.getRandomValues(new Uint16Array(1))[0] as number) & 0x3ff;
