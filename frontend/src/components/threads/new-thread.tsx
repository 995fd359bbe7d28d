import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { About, Room } from "../../api/types";
import { Choice } from "../../ui/choice";
import { CommentBox } from "./comment-box";
import { useRoomNames } from "./thread-card";
import css from "./threads.module.css";
import type { Place, Talk } from "./use-threads";

interface Props {
  readonly rooms: readonly Room[];
  readonly talk: Talk;
  readonly about: About;
  /** What it is about, in words. */
  readonly words: string;
  /** Where it belongs; null where one may choose. */
  readonly place: Place | null;
}

const keyOf = ({ room, owner }: Place): string => `${room}/${owner ?? ""}`;

/** Begins a thread about what is in hand. */
export const NewThread = ({ rooms, talk, about, words, place }: Props) => {
  const { t } = useLingui();
  const nameOf = useRoomNames();
  const [chosen, setChosen] = useState<string | null>(null);
  const open = rooms.filter((one) => one.may_write && fits(one, about));
  const wanted = place === null ? chosen : keyOf(place);
  const room = open.find((one) => keyOf(one) === wanted) ?? open[0];
  if (!room) return null;
  return (
    <section className={css.fresh} aria-label={t`New thread`}>
      <p className={css.what} dir="auto">
        {words}
      </p>
      {open.length > 1 && place === null && (
        <Choice
          label={t`Who reads it`}
          size="xs"
          options={open.map((one) => ({ value: keyOf(one), label: nameOf(one.room, one.owner, one.name) }))}
          value={keyOf(room)}
          onChange={setChosen}
        />
      )}
      <CommentBox
        key={words}
        label={t`Comment`}
        action={t`Comment`}
        people={room.people}
        onSay={(said) => talk.open(room, about, said)}
      />
    </section>
  );
};

/** Marks are spoken of where their set is, questions of the curation among those who curate. */
const fits = ({ room }: Room, { kind }: About): boolean => {
  if (kind === "item") return room === "curation";
  return kind === "annotation" || kind === "link" ? room !== "curation" : true;
};
