import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Room, Thread, ThreadComment } from "../../api/types";
import { Badge } from "../../ui/badge";
import { IconButton } from "../../ui/icon-button";
import { Markdown } from "../markdown/markdown";
import { useAccount } from "../session";
import { moment } from "../words";
import { CommentBox } from "./comment-box";
import css from "./threads.module.css";
import { roomOf, type Talk } from "./use-threads";

interface Props {
  readonly thread: Thread;
  readonly rooms: readonly Room[];
  readonly talk: Talk;
  /** What it is about, in words or as a way there. */
  readonly about: ReactNode;
  /** Whether one may delete other people's comments. */
  readonly leads: boolean;
  readonly current?: boolean;
}

export const ThreadCard = ({ thread, rooms, talk, about, leads, current = false }: Props) => {
  const { t } = useLingui();
  const [answering, setAnswering] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const room = roomOf(rooms, thread);
  const folded = thread.resolved && !unfolded;
  return (
    <article
      className={css.thread}
      aria-label={t`Thread by ${thread.comments[0]?.name ?? ""}`}
      data-resolved={thread.resolved}
      data-current={current}
      data-thread={thread.thread}
    >
      <header className={css.head}>
        <span className={css.about}>{about}</span>
        <RoomName thread={thread} rooms={rooms} />
        {thread.resolved && (
          <Badge tone="good">
            <Trans>resolved</Trans>
          </Badge>
        )}
        {room?.may_write && (
          <span className={css.settle}>
            <IconButton
              icon={thread.resolved ? "undo" : "check"}
              label={thread.resolved ? t`Open the thread again` : t`Resolve the thread`}
              onClick={() => talk.settle(thread)}
            />
          </span>
        )}
      </header>
      {folded ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setUnfolded(true)}>
          <Plural value={thread.comments.length} one="Show # comment" other="Show # comments" />
        </Button>
      ) : (
        <ol className={css.comments}>
          {thread.comments.map((comment) => (
            <li key={comment.comment}>
              <Comment thread={thread} comment={comment} room={room} talk={talk} leads={leads} />
            </li>
          ))}
        </ol>
      )}
      {!folded &&
        room?.may_write &&
        (answering ? (
          <CommentBox
            label={t`Answer`}
            action={t`Answer`}
            people={room.people}
            autoFocus
            onSay={(said) => talk.answer(thread, said)}
            onCancel={() => setAnswering(false)}
          />
        ) : (
          <Button size="compact-xs" variant="subtle" onClick={() => setAnswering(true)}>
            <Trans>Answer</Trans>
          </Button>
        ))}
    </article>
  );
};

interface CommentProps {
  readonly thread: Thread;
  readonly comment: ThreadComment;
  readonly room: Room | undefined;
  readonly talk: Talk;
  readonly leads: boolean;
}

const Comment = ({ thread, comment, room, talk, leads }: CommentProps) => {
  const { t } = useLingui();
  const mine = useAccount().id === comment.author;
  const [editing, setEditing] = useState(false);
  if (editing)
    return (
      <CommentBox
        label={t`Your comment`}
        action={t`Save`}
        begin={comment.body ?? ""}
        people={room?.people ?? []}
        autoFocus
        onSay={(said) => talk.edit(thread, comment.comment, said)}
        onCancel={() => setEditing(false)}
      />
    );
  const remove = () => {
    if (window.confirm(t`Delete this comment? Its words stay in the history until they are erased.`))
      talk.remove(thread, comment.comment);
  };
  return (
    <div className={css.comment}>
      <p className={css.by}>
        <b>{comment.name || t`somebody`}</b> <time dateTime={comment.at}>{moment(comment.at)}</time>
        {comment.edited_at && !comment.deleted && (
          <>
            {" · "}
            <Trans>edited</Trans>
          </>
        )}
        {!comment.deleted && room?.may_write && (
          <span className={css.own}>
            {mine && <IconButton icon="pencil" label={t`Change my comment`} onClick={() => setEditing(true)} />}
            {(mine || leads) && <IconButton icon="cross" label={t`Delete the comment`} onClick={remove} />}
          </span>
        )}
      </p>
      {comment.body !== null ? (
        <Markdown text={comment.body} under={3} />
      ) : (
        <p className={css.gone}>
          {comment.deleted ? <Trans>This comment was deleted.</Trans> : <Trans>These words were erased.</Trans>}
        </p>
      )}
    </div>
  );
};

/** Who reads it, in few words; nothing where that is plain. */
const RoomName = ({ thread, rooms }: { readonly thread: Thread; readonly rooms: readonly Room[] }) => {
  const name = useRoomNames()(thread.room, thread.owner, roomOf(rooms, thread)?.name ?? "");
  return <Badge>{name}</Badge>;
};

export const useRoomNames = () => {
  const { t } = useLingui();
  const account = useAccount();
  return (room: Room["room"], owner: string | null, name: string): string => {
    if (room === "everybody") return t`everybody`;
    if (room === "curation") return t`curators`;
    return owner === account.id ? t`my set` : name ? t`${name}’s set` : t`an annotator’s set`;
  };
};
