import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../../api/client";
import { noticesQuery } from "../../api/queries";
import type { Notice } from "../../api/types";
import { FoldOut } from "../../ui/fold-out";
import { Icon } from "../../ui/icons";
import { moment, shorten } from "../words";
import css from "./threads.module.css";

/** The bell: comments that concern one, and how many of them are new. */
export const Notices = () => {
  const { t } = useLingui();
  const { data } = useQuery(noticesQuery);
  const [opened, setOpened] = useState(false);
  const seen = useSeen(data?.results ?? []);
  const unread = data?.unread ?? 0;
  const change = (open: boolean) => {
    setOpened(open);
    // What was new is shown as new until the list is closed.
    if (!open && unread > 0) seen.mutate();
  };
  return (
    <FoldOut
      opened={opened}
      onChange={change}
      label={t`Comments that concern me`}
      role="dialog"
      button={(props) => (
        <button
          type="button"
          className={css.bell}
          aria-label={unread > 0 ? t`Comments that concern me: ${unread} new` : t`Comments that concern me`}
          {...props}
        >
          <Icon name="bell" size={18} />
          {unread > 0 && (
            <span className={css.count} aria-hidden="true">
              {unread}
            </span>
          )}
        </button>
      )}
    >
      <div className={css.notices}>
        <h2>
          <Trans>Comments that concern me</Trans>
        </h2>
        {(data?.results ?? []).map((notice) => (
          <One key={notice.comment} notice={notice} onGo={() => change(false)} />
        ))}
        {data?.results.length === 0 && (
          <p className={css.notice}>
            <Trans>None so far. Whoever writes @ and your name reaches you here.</Trans>
          </p>
        )}
      </div>
    </FoldOut>
  );
};

const One = ({ notice, onGo }: { readonly notice: Notice; readonly onGo: () => void }) => {
  const { project, document, thread, room, unread, at, title, project_name, body } = notice;
  const inside = (
    <>
      <span>
        <What notice={notice} />
      </span>
      {body && <q dir="auto">{shorten(body, 120)}</q>}
      <small>
        <bdi>{title}</bdi> · <bdi>{project_name}</bdi> · <time dateTime={at}>{moment(at)}</time>
      </small>
    </>
  );
  const common = { params: { project, document }, className: css.notice, "data-unread": unread, onClick: onGo };
  return room === "curation" ? (
    <Link to="/p/$project/d/$document/curate" search={{ thread }} {...common}>
      {inside}
    </Link>
  ) : (
    <Link to="/p/$project/d/$document" search={{ thread }} {...common}>
      {inside}
    </Link>
  );
};

const What = ({ notice }: { readonly notice: Notice }) => {
  const { t } = useLingui();
  const name = notice.name || t`Somebody`;
  switch (notice.reason) {
    case "mention":
      return (
        <Trans>
          <b>{name}</b> calls you
        </Trans>
      );
    case "reply":
      return (
        <Trans>
          <b>{name}</b> answers
        </Trans>
      );
    default:
      return (
        <Trans>
          <b>{name}</b> writes about your set
        </Trans>
      );
  }
};

/** All that is listed, project by project. */
const useSeen = (notices: readonly Notice[]) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const last = new Map<string, number>();
      for (const { project, position } of notices) last.set(project, Math.max(position, last.get(project) ?? 0));
      return Promise.all(
        [...last].map(([project, position]) =>
          post("/api/v1/projects/{project}/notices/read", { params: { path: { project } }, body: { position } }),
        ),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["notices"] }),
  });
};
