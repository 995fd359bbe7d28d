import fc from "fast-check";
import { expect, test } from "vitest";
import { createSseParser } from "./sse";

const STREAM =
  'retry: 1000\n\nevent: hello\ndata: {"epoch":"e"}\n\n: alive\nid: 7\n\nid: 9\r\nevent: event\r\ndata: {"a":\r\ndata: "é😀"}\r\n\r\n';

test("messages come out whole however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
      const parser = createSseParser();
      const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const messages = at.slice(1).flatMap((end, k) => [...parser.push(STREAM.slice(at[k], end))]);
      expect(messages).toEqual([
        { event: "hello", id: null, data: '{"epoch":"e"}' },
        { event: "message", id: "7", data: "" },
        { event: "event", id: "9", data: '{"a":\n"é😀"}' },
      ]);
    }),
  );
});
