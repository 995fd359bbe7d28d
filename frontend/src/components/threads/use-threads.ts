/** The threads about a document as one person may read them, and what one can do in them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ProjectCommand, sendCommands } from "../../api/commands";
import { threadsQuery } from "../../api/queries";
import type { About, Id, Room, Thread, ThreadRoom } from "../../api/types";
import { newId } from "../../document/ids";

export const useThreads = (project: Id, document: Id) => useQuery(threadsQuery(project, document));

/** Where something is said. */
export interface Place {
  readonly room: ThreadRoom;
  readonly owner: Id | null;
}

export const useTalk = (project: Id, document: Id) => {
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: (command: ProjectCommand) => sendCommands(project, [command]),
    onSettled: () => queries.invalidateQueries({ queryKey: ["threads", project, document] }),
  });
  const command = ({ room, owner }: Place, type: string, data: object): ProjectCommand => ({
    id: newId(),
    type,
    document,
    ...(room === "set" && owner !== null && { author: owner }),
    data: { ...data, room },
  });
  return {
    open: (place: Place, about: About, said: Said) =>
      send.mutateAsync(command(place, "open_thread", { thread: newId(), comment: newId(), about, ...said })),
    answer: (thread: Thread, said: Said) =>
      send.mutateAsync(command(thread, "add_comment", { thread: thread.thread, comment: newId(), ...said })),
    edit: (thread: Thread, comment: Id, said: Said) =>
      send.mutateAsync(command(thread, "edit_comment", { comment, ...said })),
    remove: (thread: Thread, comment: Id) => send.mutate(command(thread, "delete_comment", { comment })),
    settle: (thread: Thread) =>
      send.mutate(command(thread, thread.resolved ? "reopen_thread" : "resolve_thread", { thread: thread.thread })),
    error: send.error,
    busy: send.isPending,
  };
};

export type Talk = ReturnType<typeof useTalk>;

export interface Said {
  readonly body: string;
  readonly mentions: readonly Id[];
}

/** Whoever is called by "@name"; a longer name goes before one that it begins with. */
export const calledIn = (body: string, people: Room["people"]): readonly Id[] => {
  let rest = body;
  const called: Id[] = [];
  for (const { id, name } of [...people].sort((a, b) => b.name.length - a.name.length)) {
    const parts = rest.split(`@${name}`);
    if (name !== "" && parts.length > 1) called.push(id);
    if (name !== "") rest = parts.join(" ");
  }
  return called;
};

/** The room of a thread, which says whom one may call in it. */
export const roomOf = (rooms: readonly Room[], { room, owner }: Place): Room | undefined =>
  rooms.find((one) => one.room === room && one.owner === owner);
