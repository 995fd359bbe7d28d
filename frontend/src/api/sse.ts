/** Server-sent events over fetch: unlike EventSource it sees the heartbeat comments, so silence can be told from peace. */

export interface SseMessage {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** Cuts a stream of text into messages; `push` gives those completed by a chunk, in order; an id alone is one too. */
export const createSseParser = (): { push(chunk: string): readonly SseMessage[] } => {
  let rest = "";
  let message = empty();
  const line = (text: string): SseMessage | null => {
    if (text === "") {
      const done = message;
      message = empty();
      const said = done.data.length > 0 || done.id !== null;
      return said ? { event: done.event, id: done.id, data: done.data.join("\n") } : null;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") message.event = value;
    else if (field === "id") message.id = value;
    else if (field === "data") message.data.push(value);
    return null;
  };
  return {
    push: (chunk) => {
      const text = rest + chunk;
      // A carriage return at the very end may be half of a line end.
      const cut = text.endsWith("\r") ? text.length - 1 : text.length;
      const lines = text.slice(0, cut).split(/\r\n|\r|\n/);
      rest = (lines.pop() as string) + text.slice(cut);
      return lines.flatMap((one) => line(one) ?? []);
    },
  };
};

const empty = (): { event: string; id: string | null; data: string[] } => ({ event: "message", id: null, data: [] });
