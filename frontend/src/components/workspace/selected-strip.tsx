import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconButton } from "../../ui/icon-button";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import { startLink } from "./mode";
import css from "./selected-strip.module.css";

/** On a small screen: the selected span just above the labels, with what one can do to it. */
export const SelectedStrip = () => {
  const { t } = useLingui();
  const { snapshot, schema, canEdit, actions, setMode, setSheet, setTab } = useDesk();
  const row = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  if (!row) return null;
  const name = schema.labels.find((label) => label.key === row.label)?.name ?? row.label;
  return (
    <div className={css.strip}>
      <span className={css.words}>
        <b>{name}</b> <bdi>{shorten(quoteOf(snapshot.index, row.spans), 60)}</bdi>
      </span>
      {canEdit && (
        <>
          <IconButton icon="link" label={t`Link to another`} onClick={() => setMode(startLink(row.id))} />
          <IconButton icon="cross" label={t`Remove`} onClick={() => actions.remove(row.id)} />
        </>
      )}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          setTab("details");
          setSheet(true);
        }}
      >
        <Trans>Details</Trans>
      </Button>
    </div>
  );
};
