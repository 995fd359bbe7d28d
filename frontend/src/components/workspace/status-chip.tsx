import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { FeedStatus } from "../../api/feed";
import type { OutboxStatus } from "../../api/outbox";
import { FoldOut } from "../../ui/fold-out";
import { useOutboxStatus } from "../outbox";
import { useDesk } from "./desk";
import css from "./status-chip.module.css";

/** Whether one's edits are safe, in two words; a press tells the rest. */
export const StatusChip = ({ feed }: { readonly feed: FeedStatus }) => {
  const { t } = useLingui();
  const { snapshot } = useDesk();
  const outbox = useOutboxStatus();
  const [opened, setOpened] = useState(false);
  const position = Math.max(outbox.savedPosition, snapshot.confirmed.position);
  return (
    <FoldOut
      opened={opened}
      onChange={setOpened}
      label={t`State of your edits`}
      role="dialog"
      button={(props) => (
        <button type="button" className={css.chip} data-tone={toneOf(outbox, feed)} data-testid="status" {...props}>
          <span className={css.dot} aria-hidden="true" />
          <span role="status" className={css.words}>
            <Words outbox={outbox} feed={feed} position={position} />
          </span>
        </button>
      )}
    >
      <Explanation outbox={outbox} feed={feed} />
    </FoldOut>
  );
};

const toneOf = ({ state, unsent, durable }: OutboxStatus, feed: FeedStatus): "good" | "busy" | "bad" => {
  if (!durable || state === "signin" || state === "blocked" || state === "offline") return "bad";
  if (feed === "offline") return "bad";
  return unsent > 0 ? "busy" : "good";
};

interface WordsProps {
  readonly outbox: OutboxStatus;
  readonly feed: FeedStatus;
  readonly position: number;
}

const Words = ({ outbox: { state, unsent }, feed, position }: WordsProps) => {
  const offline = state === "offline" || (feed === "offline" && unsent > 0);
  if (state === "signin") return <Plural value={unsent} one="Sign in to send #" other="Sign in to send #" />;
  if (offline && unsent > 0) return <Plural value={unsent} one="Offline · # waiting" other="Offline · # waiting" />;
  if (unsent > 0) return <Plural value={unsent} one="# waiting" other="# waiting" />;
  if (feed === "offline") return <Trans>Offline</Trans>;
  if (feed === "polling") return <Trans>Saved at {position} · Polling</Trans>;
  return <Trans>Saved at {position}</Trans>;
};

const Explanation = ({ outbox, feed }: { readonly outbox: OutboxStatus; readonly feed: FeedStatus }) => {
  const { t } = useLingui();
  const { snapshot } = useDesk();
  const feeds: Readonly<Record<FeedStatus, string>> = {
    live: t`Live: what others do here is shown as it happens.`,
    polling: t`Polling: a live connection could not be held, so news is fetched every few seconds.`,
    offline: t`Offline: the server cannot be reached. It is tried again and again.`,
  };
  return (
    <div className={css.more}>
      <p>{feeds[outbox.state === "offline" ? "offline" : feed]}</p>
      {outbox.unsent > 0 ? (
        <p>
          <Plural
            value={outbox.unsent}
            one="# edit is kept on this device until the server has it. You can close the page."
            other="# edits are kept on this device until the server has them. You can close the page."
          />
        </p>
      ) : (
        <p>
          <Trans>Every edit of yours is in the log.</Trans>
        </p>
      )}
      {!outbox.durable && (
        <p className={css.warn}>
          <Trans>This browser keeps nothing for us (a private window?). Do not close it while edits are waiting.</Trans>
        </p>
      )}
      {outbox.others > 0 && (
        <p>
          <Plural
            value={outbox.others}
            one="# edit of another account waits on this device; it is sent when they sign in here."
            other="# edits of another account wait on this device; they are sent when they sign in here."
          />
        </p>
      )}
      {snapshot.behind && (
        <p>
          <Trans>The document is being read again.</Trans>
        </p>
      )}
    </div>
  );
};
