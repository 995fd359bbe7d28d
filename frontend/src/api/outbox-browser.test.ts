import { describe, expect, test } from "vitest";
import { sendCommands } from "./outbox-browser";

const REQUEST = {
  project: "p1",
  account: "alice",
  commands: [{ id: "c1", type: "finish_set", data: {} }],
  keepalive: false,
};

/** A server that answers in turn, and a session whose account may change. */
const talk = (answers: readonly Response[], account: string | null = "alice") => {
  const sent: { url: string; init: RequestInit }[] = [];
  const waiting = [...answers];
  let token = "old";
  const session = {
    csrf: () => token,
    refresh: async () => {
      token = "new";
      return account;
    },
  };
  const send = sendCommands(session, (async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return waiting.shift() ?? Response.error();
  }) as unknown as typeof fetch);
  return { sent, reply: send(REQUEST) };
};

const tokens = (sent: readonly { init: RequestInit }[]): readonly string[] =>
  sent.map(({ init }) => (init.headers as Record<string, string>)["X-CSRFToken"] as string);

describe("sending commands", () => {
  test("posts them under the token of the sign-in and hands the outcomes on", async () => {
    const { sent, reply } = talk([Response.json({ position: 7, outcomes: [] })]);
    expect(await reply).toEqual({ kind: "ok", position: 7, outcomes: [] });
    expect(sent[0]?.url).toBe("/api/v1/projects/p1/commands");
    expect(JSON.parse(sent[0]?.init.body as string)).toEqual({ commands: REQUEST.commands });
    expect(tokens(sent)).toEqual(["old"]);
  });

  test("tries once more with a fresh token when the same person signed in again", async () => {
    const { sent, reply } = talk([Response.json({}, { status: 403 }), Response.json({ position: 1, outcomes: [] })]);
    expect((await reply).kind).toBe("ok");
    expect(tokens(sent)).toEqual(["old", "new"]);
  });

  test.each([null, "bob"])("asks for a sign-in when it is %s who is signed in", async (account) => {
    const { sent, reply } = talk([Response.json({}, { status: 403 })], account);
    expect(await reply).toEqual({ kind: "signin" });
    expect(sent.length).toBe(1);
  });

  test("a person who may not is told so", async () => {
    const no = () => Response.json({ title: "Not yours." }, { status: 403 });
    expect(await talk([no(), no()]).reply).toMatchObject({
      kind: "refused",
      problem: { status: 403, title: "Not yours." },
    });
  });

  test.each([408, 429, 500, 503])("takes %i for a server that is busy", async (status) => {
    expect(await talk([new Response("", { status })]).reply).toEqual({ kind: "busy" });
    const later = new Response("", { status, headers: { "Retry-After": "3" } });
    expect(await talk([later]).reply).toEqual({ kind: "busy", after: 3000 });
  });

  test.each([400, 404, 413, 422])("takes %i for a no to the whole request", async (status) => {
    expect(await talk([new Response("not json", { status })]).reply).toMatchObject({
      kind: "refused",
      problem: { status },
    });
  });
});
